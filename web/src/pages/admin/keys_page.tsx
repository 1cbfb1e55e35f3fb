/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { listKeys, revokeKey, type ApiKey, type Scope } from '../../api/programs';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { AskButton } from '../lists/ask_button';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Fresh } from '../lists/fresh';
import { TableList } from '../lists/table';
import { Day, Moment } from '../lists/times';
import { Secret, Section } from '../parts';
import { useList, type PartedList } from '../task';
import { AdminPage } from './admin_page';
import { MakeKey } from './make_key';

const text = strings.admin.keys;

export function KeysPage() {
  const { commands } = useSite();
  const keys = useList((offset) => listKeys(commands.api, offset));
  const deed = useDeed();
  const revoke = ({ id, name }: ApiKey) =>
    deed.run(async () => {
      await revokeKey(commands.api, id);
      keys.reload();
      return text.revokedNow(name);
    });
  return (
    <AdminPage at="keys" name="admin-keys" title={text.title} lead={text.lead}>
      <Making onMade={keys.reload} />
      <Section name="keys" title={text.listTitle}>
        <Outcome of={deed} />
        <KeyTable keys={keys} deed={deed} onRevoke={revoke} />
      </Section>
    </AdminPage>
  );
}

/** A button, then a form, then the key, which leaves the page with its card. */
function Making({ onMade }: { readonly onMade: () => void }) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  if (made !== null)
    return (
      <Fresh key="secret">
        <Section name="once-key" title={text.onceTitle} lead={text.onceText}>
          <Secret name="key" label={text.key} value={made} />
          <p class="actions">
            <Button act="key-done" onClick={() => setMade(null)}>
              {strings.admin.done}
            </Button>
          </p>
        </Section>
      </Fresh>
    );
  if (!making)
    return (
      <p class="actions">
        <Button act="new-key" kind="primary" icon="plus" onClick={() => setMaking(true)}>
          {text.make}
        </Button>
      </p>
    );
  return (
    <Fresh key="form">
      <MakeKey
        onMade={(key) => {
          setMaking(false);
          setMade(key);
          onMade();
        }}
        onCancel={() => setMaking(false)}
      />
    </Fresh>
  );
}

interface KeyTableProps {
  readonly keys: PartedList<ApiKey>;
  readonly deed: Deed;
  readonly onRevoke: (key: ApiKey) => void;
}

function KeyTable({ keys, deed, onRevoke }: KeyTableProps) {
  return (
    <TableList
      list={keys}
      label={text.title}
      empty={text.none}
      keyOf={({ id }) => id}
      isFaded={({ revoked }) => revoked !== 0}
      columns={[
        { name: text.columns.name, cell: ({ name }) => <bdi class="cell-name">{name}</bdi> },
        { name: text.columns.scopes, cell: ({ scopes }) => <ScopeList scopes={scopes} /> },
        { name: text.columns.used, cell: ({ used }) => <Moment at={used} /> },
        { name: text.columns.created, cell: ({ created }) => <Day at={created} /> },
        {
          name: '',
          cell: (key) =>
            key.revoked !== 0 ? (
              <span class="tag tag-off">{text.revoked}</span>
            ) : (
              <AskButton
                act="key-revoke"
                label={text.revokeNamed(key.name)}
                title={text.revokeAsk(key.name)}
                what={text.revokeWhat}
                yes={text.revoke}
                disabled={deed.busy}
                onYes={() => onRevoke(key)}
              >
                {text.revoke}
              </AskButton>
            ),
        },
      ]}
    />
  );
}

function ScopeList({ scopes }: { readonly scopes: readonly Scope[] }) {
  return (
    <ul class="scopes">
      {scopes.map((scope) => (
        <li key={scope}>{text.scopes[scope]}</li>
      ))}
    </ul>
  );
}

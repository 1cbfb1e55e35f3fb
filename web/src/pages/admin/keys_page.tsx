/* SPDX-License-Identifier: GPL-3.0-or-later */
import { listKeys, revokeKey, type ApiKey, type Scope } from '../../api/programs';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Making, OnceCard } from '../lists/making';
import { RevokeButton } from '../lists/revoke_button';
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
      <Making<string>
        act="new-key"
        label={text.make}
        form={(onMade, onCancel) => <MakeKey onMade={onMade} onCancel={onCancel} />}
        once={(key, onDone) => <OnceKey made={key} onDone={onDone} />}
        onMade={keys.reload}
      />
      <Section name="keys" title={text.listTitle}>
        <Outcome of={deed} />
        <KeyTable keys={keys} deed={deed} onRevoke={revoke} />
      </Section>
    </AdminPage>
  );
}

function OnceKey({ made, onDone }: { readonly made: string; readonly onDone: () => void }) {
  return (
    <OnceCard name="key" title={text.onceTitle} lead={text.onceText} onDone={onDone}>
      <Secret name="key" label={text.key} value={made} />
    </OnceCard>
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
              <RevokeButton act="key-revoke" name={key.name} words={text} deed={deed} onRevoke={() => onRevoke(key)} />
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

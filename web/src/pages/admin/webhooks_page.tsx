/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { listWebhooks, revokeWebhook, type Webhook, type WebhookSecret } from '../../api/programs';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { AskButton } from '../lists/ask_button';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Fresh } from '../lists/fresh';
import { TableList } from '../lists/table';
import { Day } from '../lists/times';
import { Secret, Section } from '../parts';
import { useList, type PartedList } from '../task';
import { AdminPage } from './admin_page';
import { MakeWebhook } from './make_webhook';
import { usePlaces, type Places } from './places';

const text = strings.admin.webhooks;

export function WebhooksPage() {
  const { commands } = useSite();
  const webhooks = useList((offset) => listWebhooks(commands.api, offset));
  // Without the names of rooms all works as well.
  const places = usePlaces().value;
  const deed = useDeed();
  const revoke = ({ id, name }: Webhook) =>
    deed.run(async () => {
      await revokeWebhook(commands.api, id);
      webhooks.reload();
      return text.revokedNow(name);
    });
  return (
    <AdminPage at="webhooks" name="admin-webhooks" title={text.title} lead={text.lead}>
      <Making places={places} onMade={webhooks.reload} />
      <Section name="webhooks" title={text.listTitle}>
        <Outcome of={deed} />
        <WebhookTable webhooks={webhooks} places={places} deed={deed} onRevoke={revoke} />
      </Section>
    </AdminPage>
  );
}

interface MakingProps {
  readonly places: Places | null;
  readonly onMade: () => void;
}

/** A button, then a form, then address and secret, which leave the page with their card. */
function Making({ places, onMade }: MakingProps) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<WebhookSecret | null>(null);
  if (made !== null)
    return (
      <Fresh key="secret">
        <OnceSecret made={made} onDone={() => setMade(null)} />
      </Fresh>
    );
  if (!making)
    return (
      <p class="actions">
        <Button act="new-webhook" kind="primary" icon="plus" onClick={() => setMaking(true)}>
          {text.make}
        </Button>
      </p>
    );
  return (
    <Fresh key="form">
      <MakeWebhook
        places={places}
        onMade={(secret) => {
          setMaking(false);
          setMade(secret);
          onMade();
        }}
        onCancel={() => setMaking(false)}
      />
    </Fresh>
  );
}

interface OnceSecretProps {
  readonly made: WebhookSecret;
  readonly onDone: () => void;
}

function OnceSecret({ made: { url, secret }, onDone }: OnceSecretProps) {
  return (
    <Section name="once-webhook" title={text.onceTitle} lead={text.onceText}>
      <Secret name="url" label={text.url} value={url} hint={text.urlHint} />
      <Secret name="secret" label={text.secret} value={secret} />
      <h3>{text.howTitle}</h3>
      <ol class="numbered">
        {text.how.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ol>
      <pre class="code">{text.bodyExample}</pre>
      <p class="actions">
        <Button act="webhook-done" onClick={onDone}>
          {strings.admin.done}
        </Button>
      </p>
    </Section>
  );
}

interface WebhookTableProps {
  readonly webhooks: PartedList<Webhook>;
  readonly places: Places | null;
  readonly deed: Deed;
  readonly onRevoke: (webhook: Webhook) => void;
}

function WebhookTable({ webhooks, places, deed, onRevoke }: WebhookTableProps) {
  return (
    <TableList
      list={webhooks}
      label={text.title}
      empty={text.none}
      keyOf={({ id }) => id}
      isFaded={({ revoked }) => revoked !== 0}
      columns={[
        { name: text.columns.name, cell: ({ name }) => <bdi class="cell-name">{name}</bdi> },
        { name: text.columns.place, cell: (webhook) => <bdi>{placeText(webhook, places)}</bdi> },
        { name: text.columns.created, cell: ({ created }) => <Day at={created} /> },
        {
          name: '',
          cell: (webhook) =>
            webhook.revoked !== 0 ? (
              <span class="tag tag-off">{text.revoked}</span>
            ) : (
              <AskButton
                act="webhook-revoke"
                label={text.revokeNamed(webhook.name)}
                title={text.revokeAsk(webhook.name)}
                what={text.revokeWhat}
                yes={text.revoke}
                disabled={deed.busy}
                onYes={() => onRevoke(webhook)}
              >
                {text.revoke}
              </AskButton>
            ),
        },
      ]}
    />
  );
}

function placeText({ room, series }: Webhook, places: Places | null): string {
  if (room !== null) return places?.rooms.find(({ id }) => id === room)?.title ?? text.room;
  if (series !== null) return places?.series.find(({ id }) => id === series)?.title ?? text.series;
  return text.anyPlaceShort;
}

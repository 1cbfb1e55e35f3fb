/* SPDX-License-Identifier: GPL-3.0-or-later */
import { listWebhooks, revokeWebhook, type Webhook, type WebhookSecret } from '../../api/programs';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Making, OnceCard } from '../lists/making';
import { RevokeButton } from '../lists/revoke_button';
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
      <Making<WebhookSecret>
        act="new-webhook"
        label={text.make}
        form={(onMade, onCancel) => <MakeWebhook places={places} onMade={onMade} onCancel={onCancel} />}
        once={(secret, onDone) => <OnceSecret made={secret} onDone={onDone} />}
        onMade={webhooks.reload}
      />
      <Section name="webhooks" title={text.listTitle}>
        <Outcome of={deed} />
        <WebhookTable webhooks={webhooks} places={places} deed={deed} onRevoke={revoke} />
      </Section>
    </AdminPage>
  );
}

interface OnceSecretProps {
  readonly made: WebhookSecret;
  readonly onDone: () => void;
}

function OnceSecret({ made: { url, secret }, onDone }: OnceSecretProps) {
  return (
    <OnceCard name="webhook" title={text.onceTitle} lead={text.onceText} onDone={onDone}>
      <Secret name="url" label={text.url} value={url} hint={text.urlHint} />
      <Secret name="secret" label={text.secret} value={secret} />
      <h3>{text.howTitle}</h3>
      <ol class="numbered">
        {text.how.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ol>
      <pre class="code">{text.bodyExample}</pre>
    </OnceCard>
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
              <RevokeButton
                act="webhook-revoke"
                name={webhook.name}
                words={text}
                deed={deed}
                onRevoke={() => onRevoke(webhook)}
              />
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

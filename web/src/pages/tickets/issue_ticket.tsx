/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import type { Place, RoomRole } from '../../api/lists';
import { issueTicket } from '../../api/tickets';
import {
  newTicketDraft,
  problemOfTicket,
  TICKET_ROLES,
  ticketOfDraft,
  type TicketDraft,
  type TicketProblem,
} from '../../state/ticket_form';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Choice, Field, Form } from '../forms';
import { Done } from '../lists/deed';
import { Section } from '../parts';
import { useTask } from '../task';

const text = strings.rooms.tickets;
const { ticketProblems, roles } = strings.rooms;
const CHOICES = TICKET_ROLES.map((role) => [role, roles[role]] as const);

type Wrong = TicketProblem | 'reference_used';

interface IssueTicketProps {
  readonly place: Place;
  readonly onIssued: () => void;
}

export function IssueTicket({ place, onIssued }: IssueTicketProps) {
  const { commands } = useSite();
  const task = useTask();
  const [draft, setDraft] = useState(newTicketDraft);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [wide, setWide] = useState(false);
  const [done, setDone] = useState('');
  const refuse = (problem: Wrong) => {
    setWrong(problem);
    // What is wrong may be among the fields that are folded up.
    setWide(wide || problem !== 'email_wrong');
  };
  const issue = async () => {
    const problem = problemOfTicket(draft);
    setDone('');
    if (problem !== null) return refuse(problem);
    setWrong(null);
    const { email, revoked } = await issueTicket(commands.api, place, ticketOfDraft(draft));
    // A number that was used before gives the earlier ticket again.
    if (revoked !== 0) return refuse('reference_used');
    // The next one is mostly for the same time.
    setDraft({ ...draft, email: '', reference: '' });
    setDone(text.issued(email));
    onIssued();
  };
  return (
    <Section name="issue-ticket" title={text.issueTitle}>
      <Form task={task} act="ticket-issue" submit={text.issue} onSubmit={issue} beside={<Done words={done} />}>
        <Field
          name="ticket-email"
          type="email"
          label={text.email}
          value={draft.email}
          error={wrong === 'email_wrong' ? ticketProblems.email_wrong : null}
          onChange={(email) => setDraft({ ...draft, email })}
        />
        <Choice<RoomRole>
          name="ticket-role"
          label={text.role}
          value={draft.role}
          choices={CHOICES}
          onChange={(role) => setDraft({ ...draft, role })}
        />
        <details class="more" open={wide} onToggle={(event) => setWide(event.currentTarget.open)}>
          <summary data-act="ticket-more">{text.more}</summary>
          <MoreFields draft={draft} wrong={wrong} onChange={setDraft} />
        </details>
      </Form>
    </Section>
  );
}

interface MoreFieldsProps {
  readonly draft: TicketDraft;
  readonly wrong: Wrong | null;
  readonly onChange: (draft: TicketDraft) => void;
}

function MoreFields({ draft, wrong, onChange }: MoreFieldsProps) {
  const windowWrong = wrong === 'time_wrong' || wrong === 'window_wrong' ? ticketProblems[wrong] : null;
  return (
    <div class="fields">
      <Field
        name="ticket-from"
        type="datetime-local"
        label={text.from}
        value={draft.from}
        onChange={(from) => onChange({ ...draft, from })}
      />
      <Field
        name="ticket-until"
        type="datetime-local"
        label={text.until}
        hint={text.windowHint}
        value={draft.until}
        error={windowWrong}
        onChange={(until) => onChange({ ...draft, until })}
      />
      <Field
        name="ticket-reference"
        label={text.reference}
        hint={text.referenceHint}
        value={draft.reference}
        error={wrong === 'reference_used' ? text.wasRevoked : null}
        onChange={(reference) => onChange({ ...draft, reference })}
      />
    </div>
  );
}

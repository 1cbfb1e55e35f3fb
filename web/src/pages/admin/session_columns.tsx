/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { OwnedSession } from '../../api/people';
import { strings } from '../../strings';
import { known } from '../../strings/known';
import { AskButton } from '../lists/ask_button';
import { PersonCell, type Column } from '../lists/table';
import { Day, Moment } from '../lists/times';

const text = strings.admin.sessions;

interface SessionActs {
  readonly busy: boolean;
  readonly onEnd: (session: OwnedSession) => void;
  /** Ends all of this one's person. */
  readonly onEndAll?: (person: NonNullable<OwnedSession['person']>) => void;
}

/** Of a table of sessions that are all of one person, whose name stands above. */
export function sessionColumns(acts: SessionActs): readonly Column<OwnedSession>[] {
  return [
    { name: text.columns.device, cell: (session) => <Device session={session} /> },
    { name: text.columns.used, cell: (session) => <Times session={session} /> },
    { name: text.columns.factors, cell: factorsText },
    { name: '', cell: (session) => <EndButtons session={session} acts={acts} /> },
  ];
}

export const ownerColumn: Column<OwnedSession> = {
  name: text.columns.person,
  cell: ({ person }) =>
    person === null ? (
      text.nobody
    ) : (
      <a class="cell-link" href={`/admin/people/${person.id}`}>
        <PersonCell name={person.name} email={person.email} />
      </a>
    ),
};

const factorsText = ({ factors }: OwnedSession): string =>
  factors.map((factor) => known(text.factors, factor)).join(', ');

function Device({ session }: { readonly session: OwnedSession }) {
  return (
    <>
      <bdi class="cell-name">{session.device}</bdi>
      {session.this ? (
        <span class="tag">{text.this}</span>
      ) : (
        <span class="cell-soft">{session.same_network ? text.sameNetwork : text.otherNetwork}</span>
      )}
    </>
  );
}

function Times({ session: { used, created } }: { readonly session: OwnedSession }) {
  return (
    <>
      <Moment at={used} />
      <span class="cell-soft">
        {text.since} <Day at={created} />
      </span>
    </>
  );
}

/** The own session is ended by signing out. */
function EndButtons({ session, acts }: { readonly session: OwnedSession; readonly acts: SessionActs }) {
  const { person, device } = session;
  const { busy, onEnd, onEndAll } = acts;
  const name = person?.name ?? text.nobody;
  if (session.this) return null;
  return (
    <span class="cell-buttons">
      <AskButton
        act="session-end"
        label={text.endNamed(device, name)}
        title={text.endAsk(name)}
        what={text.endWhat(device)}
        yes={text.end}
        disabled={busy}
        onYes={() => onEnd(session)}
      >
        {text.end}
      </AskButton>
      {onEndAll !== undefined && person !== null && (
        <AskButton
          act="session-end-all"
          label={text.endAllNamed(name)}
          title={strings.admin.person.endAllAsk(name)}
          what={strings.admin.person.endAllWhat}
          yes={strings.admin.person.endAll}
          disabled={busy}
          onYes={() => onEndAll(person)}
        >
          {text.endAll}
        </AskButton>
      )}
    </span>
  );
}

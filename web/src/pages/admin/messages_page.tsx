/* SPDX-License-Identifier: GPL-3.0-or-later */
// What people wrote by the contact form. All of it was typed by anybody: it stays text (B3).
import { deleteLetter, listLetters, markLetter, type Letter } from '../../api/messages';
import { strings } from '../../strings';
import { useSite } from '../context';
import { AskButton } from '../lists/ask_button';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Moment } from '../lists/times';
import { Button } from '../../views/basics';
import { List, Row, Section } from '../parts';
import { useList } from '../task';
import { AdminPage } from './admin_page';

const text = strings.contact.inbox;

export function MessagesPage() {
  const { commands } = useSite();
  const letters = useList((offset) => listLetters(commands.api, offset));
  const deed = useDeed();
  const mark = ({ id, read }: Letter) =>
    deed.run(async () => {
      await markLetter(commands.api, id, !read);
      letters.change((before) => before.map((each) => (each.id === id ? { ...each, read: !read } : each)));
    });
  const remove = ({ id }: Letter) =>
    deed.run(async () => {
      await deleteLetter(commands.api, id);
      letters.change((before) => before.filter((each) => each.id !== id));
      return text.deleted;
    });
  return (
    <AdminPage at="messages" name="admin-messages" title={text.title} lead={text.lead}>
      <Section name="messages" title={text.listTitle}>
        <Outcome of={deed} />
        <List
          list={letters}
          label={text.listTitle}
          empty={text.none}
          item={(letter) => (
            <LetterRow
              key={letter.id}
              letter={letter}
              deed={deed}
              onMark={() => mark(letter)}
              onDelete={() => remove(letter)}
            />
          )}
        />
      </Section>
    </AdminPage>
  );
}

interface LetterRowProps {
  readonly letter: Letter;
  readonly deed: Deed;
  readonly onMark: () => void;
  readonly onDelete: () => void;
}

function LetterRow({ letter, deed, onMark, onDelete }: LetterRowProps) {
  const { name, read } = letter;
  return (
    <Row
      title={name === '' ? letter.email : name}
      {...(read ? {} : { mark: text.unread })}
      actions={
        <>
          <Button
            act="letter-mark"
            label={read ? text.markUnreadNamed(name) : text.markReadNamed(name)}
            disabled={deed.busy}
            onClick={onMark}
          >
            {read ? text.markUnread : text.markRead}
          </Button>
          <AskButton
            act="letter-delete"
            label={text.deleteNamed(name)}
            title={text.deleteAsk(name)}
            what={text.deleteWhat}
            yes={text.delete}
            disabled={deed.busy}
            onYes={onDelete}
          >
            {text.delete}
          </AskButton>
        </>
      }
    >
      <Sender letter={letter} />
      <p class="letter-text" dir="auto">
        {letter.text}
      </p>
    </Row>
  );
}

function Sender({ letter: { account, email, email_verified, time } }: { readonly letter: Letter }) {
  return (
    <p class="hint">
      <Moment at={time} />
      {' · '}
      {email === '' ? text.noAddress : <bdi>{email}</bdi>}
      {email !== '' && ' · '}
      {email !== '' && (email_verified ? text.verified : text.unverified)}
      {account !== null && ' · '}
      {account !== null && <a class="letter-account" href={`/admin/people/${account}`}>{text.account}</a>}
    </p>
  );
}

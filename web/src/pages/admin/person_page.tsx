/* SPDX-License-Identifier: GPL-3.0-or-later */
// One account, as administrators see it.
import type { ComponentChildren } from 'preact';
import { readPerson, type AccountWithSessions } from '../../api/people';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Outcome, useDeed, type Deed } from '../lists/deed';
import { Day, Moment } from '../lists/times';
import { accountOf } from '../model';
import { Section, WhenLoaded } from '../parts';
import { useLoaded } from '../task';
import { AdminPage } from './admin_page';
import { ChangePerson } from './change_person';
import { PersonEnd } from './person_end';
import { PersonLockedOut } from './person_locked_out';
import { PersonSessions } from './person_sessions';
import { StateTags } from './person_tags';

const text = strings.admin.person;

/** What the parts of the page share. */
export interface PersonProps {
  readonly person: AccountWithSessions;
  readonly deed: Deed;
  /** Carries out, reads the person anew, and says `done`. */
  readonly act: (work: () => Promise<unknown>, done: string) => void;
}

export function PersonPage({ id }: { readonly id: string }) {
  const { commands } = useSite();
  const read = () => readPerson(commands.api, id);
  const person = useLoaded(read, id);
  const deed = useDeed();
  const act: PersonProps['act'] = (work, done) =>
    deed.run(async () => {
      await work();
      person.set(await read());
      return done;
    });
  const title = person.value?.name ?? strings.admin.people.title;
  return (
    <AdminPage
      at="people"
      name="admin-person"
      title={title}
      back={{ href: '/admin/people', words: strings.admin.people.title }}
      {...(person.value === null ? {} : { lead: <PersonLead person={person.value} /> })}
    >
      <WhenLoaded of={person}>{(known) => <PersonParts person={known} deed={deed} act={act} />}</WhenLoaded>
    </AdminPage>
  );
}

function PersonLead({ person }: Pick<PersonProps, 'person'>) {
  return (
    <span class="facts">
      <bdi>{person.email}</bdi>
      <span>{strings.admin.people.roles[person.role]}</span>
      <StateTags person={person} />
    </span>
  );
}

function PersonParts(props: PersonProps) {
  const { person, deed } = props;
  const { site } = useSite();
  return (
    <>
      {accountOf(site)?.id === person.id && <p class="note">{text.yourself}</p>}
      <div class="outcome-on-top">
        <Outcome of={deed} />
      </div>
      <PersonFacts person={person} />
      <ChangePerson key={`${person.role} ${person.name}`} {...props} />
      <PersonSessions {...props} />
      <PersonLockedOut {...props} />
      <PersonEnd {...props} />
    </>
  );
}

function PersonFacts({ person }: Pick<PersonProps, 'person'>) {
  const { facts } = text;
  const pairs: readonly (readonly [string, ComponentChildren])[] = [
    [facts.email, person.email_verified ? text.verified : text.notVerified],
    [facts.password, person.has_password ? text.yes : text.no],
    [facts.totp, person.has_totp ? text.yes : text.no],
    [facts.passkeys, person.passkeys],
    [facts.signedIn, <Moment key="signed in" at={person.signed_in} />],
    [facts.created, <Day key="created" at={person.created} />],
  ];
  return (
    <Section name="person-facts" title={text.factsTitle}>
      <dl class="pairs">
        {pairs.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

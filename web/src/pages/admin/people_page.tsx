/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { listPeople, type Account } from '../../api/people';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Making } from '../lists/making';
import { SearchForm } from '../lists/search_form';
import { PersonCell, TableList } from '../lists/table';
import { Moment } from '../lists/times';
import { Section } from '../parts';
import { useList, type PartedList } from '../task';
import { AddPerson } from './add_person';
import { AdminPage } from './admin_page';
import { OnceLink, type NamedLink } from './once_link';
import { RoleTag, StateTags } from './person_tags';

const text = strings.admin.people;

export function PeoplePage() {
  const { commands } = useSite();
  const [wanted, setWanted] = useState('');
  const [totals, setTotals] = useState<{ readonly total: number; readonly administrators: number } | null>(null);
  const load = async (offset: number) => {
    const page = await listPeople(commands.api, offset, wanted);
    setTotals(page);
    return page;
  };
  const people = useList(load, wanted);
  const lead = totals === null ? '' : text.lead(totals.total, totals.administrators);
  return (
    <AdminPage at="people" name="admin-people" title={text.title} lead={lead}>
      <Making<NamedLink>
        act="add-person"
        label={text.add}
        form={(onMade, onCancel) => <AddPerson onAdded={onMade} onCancel={onCancel} />}
        once={(link, onDone) => <OnceLink of={link} onDone={onDone} />}
        onMade={people.reload}
      />
      <Section name="people" title={text.listTitle}>
        <SearchForm name="people-search" label={text.search} searched={wanted} onSearch={setWanted} />
        <PeopleTable people={people} />
      </Section>
    </AdminPage>
  );
}

function PeopleTable({ people }: { readonly people: PartedList<Account> }) {
  return (
    <TableList
      list={people}
      label={text.title}
      empty={text.none}
      keyOf={({ id }) => id}
      isFaded={({ disabled }) => disabled}
      columns={[
        {
          name: text.columns.person,
          cell: ({ id, name, email }) => (
            <a class="cell-link" href={`/admin/people/${id}`} data-act="open-person">
              <PersonCell name={name} email={email} />
            </a>
          ),
        },
        { name: text.columns.role, cell: ({ role }) => <RoleTag role={role} /> },
        { name: text.columns.state, cell: (person) => <StateTags person={person} /> },
        { name: text.columns.signedIn, cell: ({ signed_in }) => <Moment at={signed_in} /> },
      ]}
    />
  );
}

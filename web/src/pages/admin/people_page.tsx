/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { listPeople, type Account } from '../../api/people';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Fresh } from '../lists/fresh';
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
      <Adding onAdded={people.reload} />
      <Section name="people" title={text.listTitle}>
        <SearchForm name="people-search" label={text.search} searched={wanted} onSearch={setWanted} />
        <PeopleTable people={people} />
      </Section>
    </AdminPage>
  );
}

/** A button, then a form, then the link of who was added. */
function Adding({ onAdded }: { readonly onAdded: () => void }) {
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<NamedLink | null>(null);
  if (added !== null)
    return (
      <Fresh key="link">
        <OnceLink of={added} onDone={() => setAdded(null)} />
      </Fresh>
    );
  if (!adding)
    return (
      <p class="actions">
        <Button act="add-person" kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {text.add}
        </Button>
      </p>
    );
  return (
    <Fresh key="form">
      <AddPerson
        onAdded={(link) => {
          setAdding(false);
          setAdded(link);
          onAdded();
        }}
        onCancel={() => setAdding(false)}
      />
    </Fresh>
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

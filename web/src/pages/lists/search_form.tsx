/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { Field } from '../forms';

interface SearchFormProps {
  readonly name: string;
  readonly label: string;
  /** What is searched for now; '' for everything. */
  readonly searched: string;
  readonly onSearch: (wanted: string) => void;
}

/** The search runs when it is asked for: one answer, not one for each key. */
export function SearchForm({ name, label, searched, onSearch }: SearchFormProps) {
  const [wanted, setWanted] = useState(searched);
  const text = strings.admin.search;
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(wanted.trim());
      }}
    >
      <Field type="search" name={name} label={label} value={wanted} onChange={setWanted} />
      <Button act={`${name}-go`} submits>
        {text.go}
      </Button>
      {searched !== '' && (
        <Button
          act={`${name}-all`}
          kind="quiet"
          onClick={() => {
            setWanted('');
            onSearch('');
          }}
        >
          {text.all}
        </Button>
      )}
    </form>
  );
}

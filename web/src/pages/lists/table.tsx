/* SPDX-License-Identifier: GPL-3.0-or-later */
// Lists with columns. On a phone each row is a card; the roles are written out, because browsers forget them where a
// row is no table row for the eye.
import type { ComponentChildren } from 'preact';
import { strings } from '../../strings';
import { cls } from '../../views/basics';
import { Parted } from '../parts';
import type { PartedList } from '../task';

export interface Column<T> {
  /** '' for the column of buttons. */
  readonly name: string;
  readonly cell: (item: T) => ComponentChildren;
}

interface TableProps<T> {
  readonly label: string;
  /** The first one names its row. */
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Rows that are still listed but count no more. */
  readonly isFaded?: (item: T) => boolean;
}

export function Table<T>({ label, columns, items, keyOf, isFaded }: TableProps<T>) {
  return (
    <table class="table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ name }) => (
            <th key={name} role="columnheader" scope="col">
              {name === '' ? <span class="visually-hidden">{strings.admin.acts}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={keyOf(item)} role="row" data-row={keyOf(item)} class={cls(isFaded?.(item) === true && 'is-faded')}>
            {columns.map((column, index) => (
              <Cell key={column.name} column={column} item={item} names={index === 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps<T> {
  readonly column: Column<T>;
  readonly item: T;
  readonly names: boolean;
}

function Cell<T>({ column: { name, cell }, item, names }: CellProps<T>) {
  const content = <div class="cell">{cell(item)}</div>;
  if (names)
    return (
      <th role="rowheader" scope="row">
        {content}
      </th>
    );
  return (
    <td role="cell" class={cls(name === '' && 'cell-acts')} data-label={name}>
      {content}
    </td>
  );
}

interface TableListProps<T> extends Omit<TableProps<T>, 'items'> {
  readonly list: PartedList<T>;
  /** What stands there when there is nothing. */
  readonly empty: ComponentChildren;
}

/** A table that comes in parts. */
export function TableList<T>({ list, empty, ...table }: TableListProps<T>) {
  return (
    <Parted list={list} empty={empty}>
      {(items) => <Table items={items} {...table} />}
    </Parted>
  );
}

/** A person: the name, and below it the address. */
export function PersonCell({ name, email }: { readonly name: string; readonly email: string }) {
  return (
    <>
      <bdi class="cell-name">{name === '' ? email : name}</bdi>
      {name !== '' && email !== '' && <bdi class="cell-soft">{email}</bdi>}
    </>
  );
}

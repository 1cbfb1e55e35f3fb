/* SPDX-License-Identifier: GPL-3.0-or-later */
// The settings of a room in plain words.
import { ROOM_ROLES, type RoomRole } from '../../api/lists';
import type { Policy, Series } from '../../api/rooms';
import { hasGuests, presentingRoles, type DraftProblem, type RoomDraft } from '../../state/room_form';
import { strings } from '../../strings';
import { Check, Choice, Field } from '../forms';

interface PolicyFieldsProps {
  readonly draft: RoomDraft;
  readonly wrong: DraftProblem | null;
  /** Those that it may belong to. */
  readonly series: readonly Series[];
  readonly onChange: (draft: RoomDraft) => void;
}

const text = strings.rooms.policy;
const WHAT = ['present', 'share', 'chat'] as const;

export function PolicyFields(props: PolicyFieldsProps) {
  const { draft, onChange } = props;
  const { policy, kind } = draft;
  const set = (change: Partial<Policy>) => onChange({ ...draft, policy: { ...policy, ...change } });
  return (
    <div class="policy">
      <fieldset class="fields">
        <legend>{text.mayTitle}</legend>
        <div class="fields-three">
          {WHAT.map((what) => (
            <Choice<RoomRole>
              key={what}
              name={what}
              label={text[what]}
              value={policy[what]}
              choices={choicesOf(what === 'chat' ? ROOM_ROLES : presentingRoles(kind))}
              onChange={(role) => set({ [what]: role })}
            />
          ))}
        </div>
        <PolicyCheck name="unmute_self" policy={policy} onSet={set} />
      </fieldset>
      <fieldset class="fields">
        <legend>{text.whoTitle}</legend>
        <PolicyCheck name="waiting_room" policy={policy} onSet={set} />
        {hasGuests(kind) && (
          <>
            <PolicyCheck name="guests" policy={policy} onSet={set} />
            <PolicyCheck
              name="guests_verified"
              policy={policy}
              hint={text.guestsVerifiedHint}
              disabled={!policy.guests}
              onSet={set}
            />
          </>
        )}
        <PolicyCheck name="two_factors" policy={policy} hint={text.twoFactorsHint} onSet={set} />
        <PolicyCheck name="post_quantum" policy={policy} hint={text.postQuantumHint} onSet={set} />
        <PolicyCheck name="locked" policy={policy} onSet={set} />
      </fieldset>
      <Numbers {...props} onSet={set} />
      <SeriesChoice {...props} />
    </div>
  );
}

const choicesOf = (roles: readonly RoomRole[]) => roles.map((role) => [role, text.from[role]] as const);

interface PolicyCheckProps {
  readonly name: { [K in keyof Policy]: Policy[K] extends boolean ? K : never }[keyof Policy];
  readonly policy: Policy;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly onSet: (change: Partial<Policy>) => void;
}

function PolicyCheck({ name, policy, onSet, ...rest }: PolicyCheckProps) {
  return (
    <Check
      name={name}
      label={text[name]}
      checked={policy[name]}
      onChange={(checked) => onSet({ [name]: checked })}
      {...rest}
    />
  );
}

const { draftProblems } = strings.rooms;

function Numbers(props: PolicyFieldsProps & { readonly onSet: (change: Partial<Policy>) => void }) {
  const { draft, wrong, onSet } = props;
  const { most, invited } = draft.policy;
  return (
    <fieldset class="fields">
      <legend>{text.manyTitle}</legend>
      <div class="fields-two">
        <Field
          name="most"
          type="number"
          label={text.most}
          value={typed(most)}
          error={wrong === 'most_wrong' ? draftProblems.most_wrong : null}
          onChange={(value) => onSet({ most: numberIn(value) })}
        />
        <Field
          name="invited"
          type="number"
          label={text.invited}
          hint={text.invitedHint}
          value={typed(invited)}
          error={wrong === 'invited_wrong' ? draftProblems.invited_wrong : null}
          onChange={(value) => onSet({ invited: numberIn(value) })}
        />
      </div>
    </fieldset>
  );
}

/** An empty field is no number: the form says so when it is sent. */
const numberIn = (value: string) => (value === '' ? NaN : Number(value));
const typed = (value: number) => (Number.isNaN(value) ? '' : String(value));

function SeriesChoice({ draft, series, onChange }: PolicyFieldsProps) {
  if (series.length === 0 && draft.series === null) return null;
  const known = series.map(({ id, title }) => [id, title] as const);
  const isKnown = draft.series === null || series.some(({ id }) => id === draft.series);
  const other = isKnown ? [] : [[draft.series ?? '', text.otherSeries] as const];
  return (
    <Choice<string>
      name="series"
      label={text.series}
      hint={text.seriesHint}
      value={draft.series ?? ''}
      choices={[['', text.noSeries], ...known, ...other]}
      onChange={(chosen) => onChange({ ...draft, series: chosen === '' ? null : chosen })}
    />
  );
}

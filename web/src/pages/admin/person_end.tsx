/* SPDX-License-Identifier: GPL-3.0-or-later */
import { changePerson, deletePerson } from '../../api/people';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { AskButton, AskDeed } from '../lists/ask_button';
import { Section } from '../parts';
import type { PersonProps } from './person_page';

export function PersonEnd({ person, deed, act }: PersonProps) {
  const { commands } = useSite();
  const text = strings.admin.person;
  const set = (disabled: boolean) =>
    act(() => changePerson(commands.api, person.id, { disabled }), disabled ? text.disabled : text.enabled);
  const remove = () =>
    deed.run(async () => {
      await deletePerson(commands.api, person.id);
      commands.go('/admin/people', true);
    });
  return (
    <Section name="person-end" title={text.endTitle} tone="danger">
      <div class="deed">
        <p>{text.disableText}</p>
        {person.disabled ? (
          <Button act="enable" disabled={deed.busy} onClick={() => set(false)}>
            {text.enable}
          </Button>
        ) : (
          <AskButton
            act="disable"
            title={text.disableAsk(person.name)}
            what={text.disableWhat}
            yes={text.disable}
            disabled={deed.busy}
            onYes={() => set(true)}
          >
            {text.disable}
          </AskButton>
        )}
      </div>
      <AskDeed
        about={text.deleteText}
        act="delete"
        title={text.deleteAsk(person.name)}
        what={text.deleteWhat}
        yes={text.deleteYes}
        disabled={deed.busy}
        onYes={remove}
      >
        {text.delete}
      </AskDeed>
    </Section>
  );
}

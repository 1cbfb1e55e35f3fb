/* SPDX-License-Identifier: GPL-3.0-or-later */
// The question box of an event: everybody asks and sees what became of the own questions; hosts and co-hosts see all.
import { useState } from 'preact/hooks';
import type { Question, QuestionAct } from '../signal/event_messages';
import { byVotes, cleanQuestion, isTooLong, QUESTION_BYTES } from '../state/event';
import type { Meeting } from '../state/model';
import { mayModerate } from '../state/rights';
import { strings } from '../strings';
import { Button, focusScreen } from './basics';
import type { Commands } from './commands';
import { Panel } from './panel';

interface QuestionsProps {
  readonly meeting: Meeting;
  readonly commands: Commands;
}

export function QuestionsPanel({ meeting, commands }: QuestionsProps) {
  return (
    <Panel name="questions" title={strings.event.questions.title} onClose={() => commands.showPanel(null)}>
      {mayModerate(meeting) ? (
        <AllQuestions meeting={meeting} commands={commands} />
      ) : (
        <>
          <AskForm commands={commands} />
          <ListedQuestions meeting={meeting} commands={commands} />
          <OwnQuestions asked={meeting.event.asked} />
        </>
      )}
    </Panel>
  );
}

function AskForm({ commands }: Pick<QuestionsProps, 'commands'>) {
  const text = strings.event.questions;
  const [typed, setTyped] = useState('');
  const question = cleanQuestion(typed);
  const tooLong = isTooLong(question);
  return (
    <form
      class="form question-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (question === '' || tooLong) return;
        commands.order({ type: 'ask', text: question });
        setTyped('');
      }}
    >
      <label class="field">
        <span class="field-label">{text.label}</span>
        <textarea
          class="input"
          id="question"
          rows={3}
          dir="auto"
          maxLength={QUESTION_BYTES}
          aria-describedby="question-hint"
          aria-invalid={tooLong}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <span class="hint" id="question-hint">
          {text.hint}
        </span>
      </label>
      <div role="alert">{tooLong && <p class="problem">{text.tooLong}</p>}</div>
      <Button kind="primary" act="ask" submits disabled={question === '' || tooLong}>
        {text.send}
      </Button>
    </form>
  );
}

/** What a moderator lets all vote on. */
function ListedQuestions({ meeting, commands }: QuestionsProps) {
  const { listed, voted } = meeting.event;
  const text = strings.event.questions;
  if (listed.length === 0) return null;
  return (
    <section class="panel-section" data-list="votes" aria-labelledby="questions-votes">
      <h3 id="questions-votes">{text.listed}</h3>
      <ul class="questions">
        {listed.map(({ id, name, text: words, votes }) => (
          <li key={id} class="question" data-question={id}>
            <p class="question-text" dir="auto">
              {words}
            </p>
            <p class="hint">
              <bdi>{name}</bdi>
              <span class="question-votes" data-votes={votes ?? 0}>
                {text.votes(votes ?? 0)}
              </span>
            </p>
            <span class="question-buttons">
              <Button
                act="question-vote"
                label={text.on(text.vote, name)}
                pressed={voted.includes(id)}
                onClick={() => commands.order({ type: 'vote', id, on: !voted.includes(id) })}
              >
                {text.vote}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OwnQuestions({ asked }: { readonly asked: readonly Question[] }) {
  const text = strings.event.questions;
  return (
    <section class="panel-section" aria-labelledby="questions-own">
      <h3 id="questions-own">{text.own}</h3>
      {asked.length === 0 && <p>{text.ownNone}</p>}
      <div role="status">
        <ul class="questions">
          {asked.map(({ id, text: words, state }) => (
            <li key={id} class="question" data-question={id} data-state={state}>
              <p class="question-text" dir="auto">
                {words}
              </p>
              <p class="hint">{text.states[state]}</p>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function AllQuestions({ meeting, commands }: QuestionsProps) {
  const text = strings.event.questions;
  const { questions, shown } = meeting.event;
  const open = byVotes(questions.filter(({ state }) => state === 'open'));
  const answered = questions.filter(({ state }) => state === 'answered');
  const viewers = new Set(meeting.people.filter(({ role }) => role === 'viewer').map(({ id }) => id));
  const row = (question: Question) => (
    <QuestionRow
      key={question.id}
      question={question}
      isShown={question.id === shown?.id}
      canInvite={question.who !== null && viewers.has(question.who)}
      commands={commands}
    />
  );
  return (
    <>
      <section class="panel-section" data-list="open" aria-labelledby="questions-open">
        <h3 id="questions-open">{text.open(open.length)}</h3>
        {open.length === 0 && <p>{text.none}</p>}
        <ul class="questions">{open.map(row)}</ul>
      </section>
      {answered.length > 0 && (
        <section class="panel-section" data-list="answered" aria-labelledby="questions-answered">
          <h3 id="questions-answered">{text.answered(answered.length)}</h3>
          <ul class="questions">{answered.map(row)}</ul>
        </section>
      )}
    </>
  );
}

interface QuestionRowProps {
  readonly question: Question;
  readonly isShown: boolean;
  readonly canInvite: boolean;
  readonly commands: Commands;
}

function QuestionRow({ question, isShown, canInvite, commands }: QuestionRowProps) {
  const { id, name, text: words, state, who, votes } = question;
  const text = strings.event.questions;
  const button = (act: QuestionAct, label: string) => (
    <Button
      act={`question-${act}`}
      label={text.on(label, name)}
      onClick={() => {
        commands.order({ type: 'question', id, act });
        if (act === 'dismiss') focusScreen();
      }}
    >
      {label}
    </Button>
  );
  return (
    <li class="question" data-question={id} data-state={state}>
      <p class="question-text" dir="auto">
        {words}
      </p>
      <p class="hint">
        <bdi>{name}</bdi>
        {isShown && <span class="question-shown">{text.shownMark}</span>}
        {votes !== null && <span class="question-votes">{text.votes(votes)}</span>}
      </p>
      <span class="question-buttons">
        {isShown ? button('hide', text.hide) : button('show', text.show)}
        {state === 'open' && (votes === null ? button('list', text.list) : button('unlist', text.unlist))}
        {state === 'open' ? button('answered', text.markAnswered) : button('open', text.reopen)}
        {button('dismiss', text.dismiss)}
        {canInvite && who !== null && (
          <Button
            act="question-invite"
            label={text.on(text.invite, name)}
            onClick={() => commands.order({ type: 'invite', who, on: true })}
          >
            {text.invite}
          </Button>
        )}
      </span>
    </li>
  );
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read in an event: the broadcast, the green room, the stage and the question box.
export const event = {
  marks: {
    before: 'Not started',
    live: 'Live',
    over: 'Ended',
    green: 'Green room',
  },
  marksLong: {
    before: 'The broadcast has not started yet',
    live: 'The broadcast is running: everybody in this event sees and hears the stage',
    over: 'The broadcast has ended',
    green: 'You are in the green room: only hosts and speakers there see and hear you',
  },

  before: {
    title: 'We start soon',
    text: 'The host starts the broadcast. Stay on this page: sound and pictures come by themselves.',
    device: 'You watch and listen. Your camera and microphone are not used.',
  },
  over: {
    title: 'The broadcast has ended',
    text: 'Thank you for being here. You can close this page.',
  },
  empty: {
    title: 'Nobody is on the stage at the moment',
    text: 'The broadcast is running. Stay on this page: sound and pictures come by themselves.',
  },

  bar: {
    controls: 'Stage',
    before: 'You are in the green room. Only hosts and speakers see and hear each other here.',
    held: 'You wait in the green room. When the broadcast starts, you stay here until a host brings you on stage.',
    waiting: 'You wait in the green room and see the broadcast. Only those who wait here see and hear you.',
    live: 'You are live. Everybody in this event sees and hears what you switch on.',
    over: 'The broadcast has ended. Only hosts and speakers see and hear you.',
    start: 'Start the broadcast',
    again: 'Start again',
    end: 'End the broadcast',
    onStage: 'Go on stage',
    offStage: 'To the green room',
    stepDown: 'Back to the audience',
  },

  confirm: {
    start: {
      title: 'Start the broadcast?',
      text: (watching: number) =>
        watching === 1
          ? 'One person watches. From this moment on, everybody in this event sees and hears those on the stage:'
          : `${watching.toLocaleString('en')} people watch. From this moment on, everybody in this event sees and hears those on the stage:`,
      nobody: 'Nobody is ready for the stage. Everybody stays in the green room until you bring them on stage.',
      yes: 'Start now',
    },
    end: {
      title: 'End the broadcast?',
      text: 'The audience sees and hears nobody any more. Hosts and speakers stay together in the green room.',
      yes: 'End it',
    },
    stepDown: {
      title: 'Go back to the audience?',
      text: 'Your camera and microphone are switched off. A host can invite you again.',
      yes: 'Go back',
    },
  },

  invitation: {
    title: (name: string) => `${name} invites you onto the stage`,
    text:
      'If you accept, you first come into the green room, where only hosts and speakers see and hear you. A host brings ' +
      'you on stage from there. Your camera and microphone stay off until you switch them on.',
    accept: 'Accept',
    decline: 'No, thank you',
  },
  setup: {
    title: 'Get ready for the stage',
    lead: (name: string) => `${name} has invited you onto the stage.`,
    later: 'Later',
  },

  panel: {
    title: 'Stage',
    short: 'Stage',
    live: (count: number) => `On the stage: ${count}`,
    green: (count: number) => `Green room: ${count}`,
    invited: (count: number) => `Invited: ${count}`,
    nobodyLive: 'Nobody is on the stage.',
    nobodyGreen: 'Nobody is in the green room.',
    ready: 'Goes on stage when the broadcast starts',
    held: 'Stays in the green room when the broadcast starts',
    toStage: 'Bring on stage',
    toGreen: 'To the green room',
    withStart: 'On stage at the start',
    holdBack: 'Hold back',
    toAudience: 'To the audience',
    invite: 'Invite onto the stage',
    withdraw: 'Take back',
    on: (act: string, name: string) => `${act}: ${name}`,
    audience: 'Audience',
    audienceHint: 'Find somebody by name, and invite them onto the stage. They are asked first.',
    hands: (count: number) => `Raised hands: ${count}`,
    nobody: 'Nobody of this name watches.',
    places: 'Up to 25 people can be on the stage and in the green room.',
  },

  questions: {
    tool: (open: number) =>
      open === 0 ? 'Questions' : open === 1 ? 'Questions: one is open' : `Questions: ${open} are open`,
    title: 'Questions',
    short: 'Questions',
    label: 'Your question',
    hint: 'Hosts see it with your name. If they choose it, everybody does.',
    send: 'Ask',
    tooLong: 'Please make your question shorter.',
    own: 'Your questions',
    ownNone: 'You have not asked anything yet.',
    states: { open: 'Waits', answered: 'Answered', dismissed: 'Not taken up' },
    open: (count: number) => `Open: ${count}`,
    answered: (count: number) => `Answered: ${count}`,
    none: 'No open questions.',
    show: 'Show to everybody',
    hide: 'Stop showing',
    markAnswered: 'Answered',
    reopen: 'Open again',
    dismiss: 'Dismiss',
    list: 'Let all vote',
    unlist: 'End the vote',
    listed: 'Which one is next?',
    vote: 'Vote',
    votes: (count: number) => (count === 1 ? 'One vote' : `${count.toLocaleString('en')} votes`),
    invite: 'Invite onto the stage',
    on: (act: string, name: string) => `${act}: question of ${name}`,
    shownMark: 'Everybody sees this',
    shownTitle: (name: string) => `Question of ${name}`,
  },

  news: {
    broadcast: { live: 'The broadcast has started.', over: 'The broadcast has ended.' },
    backstage: (name: string) => `${name} left the stage.`,
    invitation: {
      declined: (name: string) => `${name} does not want to come onto the stage.`,
      expired: (name: string) => `${name} did not answer the invitation.`,
      failed: (name: string) => `${name} accepted, but there is no place on the stage.`,
    },
    question: (name: string) => `New question of ${name}`,
  },
} as const;

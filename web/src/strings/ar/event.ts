/* SPDX-License-Identifier: GPL-3.0-or-later */
// Events: the stage, the green room, the broadcast, questions.
import { counted, number, people } from './plural';

export const event = {
  marks: { before: 'لم يبدأ', live: 'مباشر', over: 'انتهى', green: 'الغرفة الخضراء' },
  marksLong: {
    before: 'لم يبدأ البث بعد',
    live: 'البث جارٍ: يرى كل من في هذه الفعالية المنصة ويسمعها',
    over: 'انتهى البث',
    green: 'أنت في الغرفة الخضراء: لا يراك ولا يسمعك إلا المضيفون والمتحدثون فيها',
  },
  before: {
    title: 'نبدأ قريبًا',
    text: 'المضيف يبدأ البث. ابقَ في هذه الصفحة: يأتي الصوت والصورة من نفسهما.',
    device: 'أنت تشاهد وتسمع. لا تُستعمل كاميرتك ولا ميكروفونك.',
  },
  over: { title: 'انتهى البث', text: 'شكرًا لحضورك. يمكنك إغلاق هذه الصفحة.' },
  empty: {
    title: 'لا أحد على المنصة الآن',
    text: 'البث جارٍ. ابقَ في هذه الصفحة: يأتي الصوت والصورة من نفسهما.',
  },
  bar: {
    controls: 'المنصة',
    before: 'أنت في الغرفة الخضراء. هنا يرى المضيفون والمتحدثون بعضهم ويسمعون بعضهم فقط.',
    held: 'تنتظر في الغرفة الخضراء. حين يبدأ البث تبقى هنا حتى يأتي بك مضيف إلى المنصة.',
    waiting: 'تنتظر في الغرفة الخضراء وترى البث. لا يراك ولا يسمعك إلا من ينتظرون هنا.',
    live: 'أنت على الهواء. يرى كل من في هذه الفعالية ويسمع ما تشغّله.',
    over: 'انتهى البث. لا يراك ولا يسمعك إلا المضيفون والمتحدثون.',
    start: 'ابدأ البث',
    again: 'ابدأ من جديد',
    end: 'أنهِ البث',
    onStage: 'اصعد إلى المنصة',
    offStage: 'إلى الغرفة الخضراء',
    stepDown: 'عد إلى الجمهور',
  },
  confirm: {
    start: {
      title: 'أتبدأ البث؟',
      text: (watching: number) =>
        `المشاهدون: ${people(watching)}. من هذه اللحظة يرى كل من في هذه الفعالية ويسمع من على المنصة:`,
      nobody: 'لا أحد جاهز للمنصة. يبقى الجميع في الغرفة الخضراء حتى تأتي بهم إلى المنصة.',
      yes: 'ابدأ الآن',
    },
    end: {
      title: 'أتنهي البث؟',
      text: 'لا يرى الجمهور أحدًا ولا يسمعه بعد ذلك. يبقى المضيفون والمتحدثون معًا في الغرفة الخضراء.',
      yes: 'أنهِه',
    },
    stepDown: {
      title: 'أتعود إلى الجمهور؟',
      text: 'تُطفأ كاميرتك وميكروفونك. يستطيع مضيف أن يدعوك من جديد.',
      yes: 'عد',
    },
  },
  invitation: {
    title: (name: string) => `يدعوك ${name} إلى المنصة`,
    text:
      'إن قبلت فتأتي أولًا إلى الغرفة الخضراء حيث لا يراك ولا يسمعك إلا المضيفون والمتحدثون. ومن هناك يأتي بك مضيف إلى ' +
      'المنصة. تبقى كاميرتك وميكروفونك مطفأين حتى تشغّلهما.',
    accept: 'أقبل',
    decline: 'لا، شكرًا',
  },
  setup: {
    title: 'استعد للمنصة',
    lead: (name: string) => `دعاك ${name} إلى المنصة.`,
    later: 'لاحقًا',
  },
  panel: {
    title: 'المنصة',
    short: 'المنصة',
    live: (count: number) => `على المنصة: ${number(count)}`,
    green: (count: number) => `الغرفة الخضراء: ${number(count)}`,
    invited: (count: number) => `المدعوون: ${number(count)}`,
    nobodyLive: 'لا أحد على المنصة.',
    nobodyGreen: 'لا أحد في الغرفة الخضراء.',
    ready: 'يصعد إلى المنصة حين يبدأ البث',
    held: 'يبقى في الغرفة الخضراء حين يبدأ البث',
    toStage: 'إلى المنصة',
    toGreen: 'إلى الغرفة الخضراء',
    withStart: 'على المنصة عند البدء',
    holdBack: 'أبقِه',
    toAudience: 'إلى الجمهور',
    invite: 'ادعُه إلى المنصة',
    withdraw: 'اسحب الدعوة',
    on: (act: string, name: string) => `${act}: ${name}`,
    audience: 'الجمهور',
    audienceHint: 'ابحث عن شخص باسمه وادعُه إلى المنصة. يُسأل أولًا.',
    hands: (count: number) => `الأيدي المرفوعة: ${number(count)}`,
    nobody: 'لا يشاهد أحد بهذا الاسم.',
    places: 'يمكن أن يكون على المنصة وفي الغرفة الخضراء 25 شخصًا على الأكثر.',
  },
  questions: {
    tool: (open: number) =>
      open === 0
        ? 'الأسئلة'
        : `الأسئلة المفتوحة: ${counted(open, { one: 'سؤال واحد', two: 'سؤالان', few: 'أسئلة', many: 'سؤالًا', other: 'سؤال' })}`,
    title: 'الأسئلة',
    short: 'الأسئلة',
    label: 'سؤالك',
    hint: 'يراه المضيفون مع اسمك. وإن اختاروه رآه الجميع.',
    send: 'اسأل',
    tooLong: 'اجعل سؤالك أقصر من فضلك.',
    own: 'أسئلتك',
    ownNone: 'لم تسأل شيئًا بعد.',
    states: { open: 'ينتظر', answered: 'أُجيب', dismissed: 'لم يؤخذ' },
    open: (count: number) => `المفتوحة: ${number(count)}`,
    answered: (count: number) => `التي أُجيبت: ${number(count)}`,
    none: 'لا أسئلة مفتوحة.',
    show: 'أظهره للجميع',
    hide: 'أوقف إظهاره',
    markAnswered: 'أُجيب',
    reopen: 'افتحه من جديد',
    dismiss: 'اصرفه',
    list: 'اطرحه للتصويت',
    unlist: 'أنهِ التصويت',
    listed: 'ما السؤال التالي؟',
    vote: 'صوّت',
    votes: (count: number) =>
      counted(count, { zero: 'لا أصوات', one: 'صوت واحد', two: 'صوتان', few: 'أصوات', many: 'صوتًا', other: 'صوت' }),
    invite: 'ادعُه إلى المنصة',
    on: (act: string, name: string) => `${act}: سؤال ${name}`,
    shownMark: 'يراه الجميع',
    shownTitle: (name: string) => `سؤال ${name}`,
  },
  news: {
    broadcast: { live: 'بدأ البث.', over: 'انتهى البث.' },
    backstage: (name: string) => `غادر ${name} المنصة.`,
    invitation: {
      declined: (name: string) => `لا يريد ${name} الصعود إلى المنصة.`,
      expired: (name: string) => `لم يجب ${name} عن الدعوة.`,
      failed: (name: string) => `قبل ${name}، لكن لا مكان على المنصة.`,
    },
    question: (name: string) => `سؤال جديد من ${name}`,
  },
};

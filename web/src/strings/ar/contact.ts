/* SPDX-License-Identifier: GPL-3.0-or-later */
// The contact form, and what administrators read of it.
import { counted, number } from './plural';

const letters = { one: 'حرف واحد', two: 'حرفين', few: 'أحرف', many: 'حرفًا', other: 'حرف' };
const messages = {
  zero: 'لا رسائل جديدة',
  one: 'رسالة جديدة واحدة',
  two: 'رسالتان جديدتان',
  few: 'رسائل جديدة',
  many: 'رسالة جديدة',
};

export const contact = {
  link: 'اكتب إلى من يدير هذا الخادم',
  title: 'اكتب إلى من يدير هذا الخادم',
  lead: 'يقرأ رسالتك مديرو هذا الخادم ولا يقرؤها غيرهم. تُحفظ 90 يومًا على الأكثر. لا تكتب كلمات مرور.',
  formTitle: 'رسالتك',
  as: (name: string, email: string) => `تكتب باسم \u2068${name}\u2069، \u2068${email}\u2069.`,
  name: 'اسمك',
  nameMissing: 'اكتب اسمك.',
  email: 'البريد الإلكتروني (إن أردت جوابًا)',
  emailHint: 'لا يراه إلا المديرون.',
  emailWrong: 'هذا ليس عنوان بريد إلكتروني، فمثاله anna@example.org. أو اتركه فارغًا.',
  text: 'الرسالة',
  textMissing: 'اكتب شيئًا أولًا.',
  badText: 'فيها رموز لا يراها أحد. اكتبها من جديد.',
  left: (room: number) => `بقي مكان لنحو ${number(room)} من الأحرف اللاتينية. ويأخذ الحرف العربي مكان حرفين.`,
  tooLong: (over: number) => `الرسالة أطول مما يُسمح به بمقدار ${counted(over, letters)}.`,
  full: 'عند المديرين رسائل أكثر مما يستطيعون قراءته. حاول بعد أيام.',
  send: 'أرسل',
  sent: 'رسالتك عند المديرين. إن ذكرت عنوانًا استطاعوا أن يجيبوك عليه.',
  again: 'اكتب رسالة أخرى',

  inbox: {
    title: 'الرسائل',
    lead:
      'ما كتبه الناس في نموذج المراسلة، ويُحفظ 90 يومًا. يستطيع أي شخص أن يكتب هنا أي شيء: لا تثق برابط ولا باسم، ولا تعطِ ' +
      'أحدًا كلمة مرور.',
    listTitle: 'كل الرسائل',
    none: 'لم يكتب أحد.',
    unread: 'جديدة',
    unreadCount: (many: number) => counted(many, messages),
    markRead: 'علّمها مقروءة',
    markReadNamed: (name: string) => `علّمها مقروءة: رسالة \u2068${name}\u2069`,
    markUnread: 'علّمها جديدة',
    markUnreadNamed: (name: string) => `علّمها جديدة: رسالة \u2068${name}\u2069`,
    delete: 'احذف',
    deleteNamed: (name: string) => `احذف رسالة \u2068${name}\u2069`,
    deleteAsk: (name: string) => `أتحذف رسالة \u2068${name}\u2069؟`,
    deleteWhat: 'تزول عند كل المديرين.',
    deleted: 'حُذفت الرسالة.',
    noAddress: 'بلا عنوان',
    verified: 'أثبت أن العنوان له',
    unverified: 'العنوان غير مُثبت',
    account: 'إلى الحساب',
  },
};

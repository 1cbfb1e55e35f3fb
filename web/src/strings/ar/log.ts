/* SPDX-License-Identifier: GPL-3.0-or-later */
// The log of security events.
type Sentence = (who: string, what: string) => string;

const sessionEnded: Sentence = (who, what) =>
  who === what ? `أنهى ${who} إحدى جلساته.` : `أنهى ${who} جلسة لـ ${what}.`;

const sentences = {
  sign_in: (who: string) => `سجّل ${who} الدخول.`,
  sign_in_failed: (_: string, what: string) =>
    what === '' ? 'حاول أحدهم تسجيل الدخول ولم ينجح.' : `حاول أحدهم تسجيل الدخول باسم ${what} ولم ينجح.`,
  sign_out: (who: string) => `سجّل ${who} الخروج.`,
  session_ended: sessionEnded,
  sessions_ended: (who: string, what: string) => `أنهى ${who} كل جلسات ${what}.`,
  cookie_copied: (_: string, what: string) =>
    `استُعمل ملف تعريف ارتباط لـ ${what} من دون مفتاحه، كأنه نُسخ. أُنهيت الجلسة.`,
  emergency: (who: string) => `أخرج ${who} كل من لا ينبغي أن يكون هنا.`,

  account_made: (who: string) => `أنشأ ${who} حسابًا.`,
  administrator_made: (who: string) => `صار ${who} أول مدير للخادم.`,
  person_invited: (who: string, what: string) => `أضاف ${who} ${what}.`,
  person_renamed: (who: string, what: string) => `غيّر ${who} اسم ${what}.`,
  role_changed: (who: string, what: string) => `غيّر ${who} دور ${what}.`,
  person_disabled: (who: string, what: string) => `عطّل ${who} حساب ${what}.`,
  person_enabled: (who: string, what: string) => `فعّل ${who} حساب ${what}.`,
  person_removed: (who: string, what: string) => `حذف ${who} حساب ${what}.`,
  two_factors_demanded: (who: string, what: string) => `غيّر ${who} إلزام ${what} بعاملين.`,
  password_demanded: (who: string, what: string) => `غيّر ${who} إلزام ${what} بكلمة مرور جديدة.`,
  factors_removed: (who: string, what: string) => `أزال ${who} عوامل الدخول لـ ${what}.`,
  link_made: (who: string, what: string) => `أنشأ ${who} رابطًا لمرة واحدة لـ ${what}.`,
  link_used: (who: string) => `فتح ${who} رابطًا لمرة واحدة.`,
  password_set: (who: string) => `اختار ${who} كلمة مرور جديدة.`,
  factor_added: (who: string) => `أضاف ${who} طريقة لتسجيل الدخول.`,
  factor_removed: (who: string) => `أزال ${who} طريقة لتسجيل الدخول.`,
  recovery_used: (who: string) => `استعمل ${who} رمز استرداد.`,
  passkey_copied: (_: string, what: string) => `ربما نُسخ مفتاح مرور لـ ${what}.`,
  two_factors_on: (who: string) => `شغّل ${who} الدخول بعاملين.`,
  two_factors_off: (who: string) => `أوقف ${who} الدخول بعاملين.`,

  account_added: (who: string, what: string) => `أضاف ${who} ${what}.`,
  account_changed: (who: string, what: string) => `غيّر ${who} حساب ${what}.`,
  account_removed: (who: string, what: string) => `حذف ${who} حساب ${what}.`,

  room_made: (who: string, what: string) => `أنشأ ${who} الغرفة «${what}».`,
  room_added: (who: string, what: string) => `أنشأ ${who} الغرفة «${what}».`,
  room_changed: (who: string, what: string) => `غيّر ${who} الغرفة «${what}».`,
  room_closed: (who: string, what: string) => `أغلق ${who} الغرفة «${what}».`,
  room_removed: (who: string, what: string) => `حذف ${who} الغرفة «${what}».`,
  series_made: (who: string, what: string) => `أنشأ ${who} السلسلة «${what}».`,
  series_added: (who: string, what: string) => `أنشأ ${who} السلسلة «${what}».`,
  series_changed: (who: string, what: string) => `غيّر ${who} السلسلة «${what}».`,
  series_removed: (who: string, what: string) => `حذف ${who} السلسلة «${what}».`,
  member_set: (who: string, what: string) => `جعل ${who} ${what} عضوًا في غرفة.`,
  member_removed: (who: string, what: string) => `أخرج ${who} ${what} من أعضاء غرفة.`,
  ban_lifted: (who: string, what: string) => `رفع ${who} حظرًا في «${what}».`,

  ticket_issued: (who: string, what: string) => `أصدر ${who} تذكرة لـ ${what}.`,
  tickets_imported: (who: string, what: string) => `استورد ${who} تذاكر لـ «${what}».`,
  ticket_changed: (who: string, what: string) => `غيّر ${who} تذكرة لـ ${what}.`,
  ticket_revoked: (who: string, what: string) => `ألغى ${who} تذكرة لـ ${what}.`,
  ticket_taken_over: (_: string, what: string) => `تابع ${what} بتذكرته على جهاز آخر.`,

  key_made: (who: string, what: string) => `أنشأ ${who} المفتاح «${what}».`,
  key_added: (who: string, what: string) => `أنشأ ${who} المفتاح «${what}».`,
  key_revoked: (who: string, what: string) => `ألغى ${who} المفتاح «${what}».`,
  webhook_made: (who: string, what: string) => `أنشأ ${who} خطاف الويب «${what}».`,
  webhook_added: (who: string, what: string) => `أنشأ ${who} خطاف الويب «${what}».`,
  webhook_revoked: (who: string, what: string) => `ألغى ${who} خطاف الويب «${what}».`,
  backup: (who: string) => `أخذ ${who} نسخة احتياطية.`,
  restored: (who: string) => `وضع ${who} نسخة احتياطية مكان قاعدة البيانات.`,
};

const names = {
  sign_in: 'تسجيلات الدخول',
  sign_in_failed: 'محاولات دخول لم تنجح',
  session_ended: 'جلسات أُنهيت',
  sessions_ended: 'إنهاء كل جلسات شخص',
  cookie_copied: 'ملفات ارتباط منسوخة',
  emergency: 'حالات طوارئ',
  person_invited: 'أشخاص أُضيفوا',
  role_changed: 'تغيير الأدوار',
  person_disabled: 'حسابات عُطّلت',
  person_removed: 'حسابات حُذفت',
  password_set: 'كلمات مرور جديدة',
  factors_removed: 'إزالة عوامل مفقودة',
  link_made: 'روابط لمرة واحدة',
  room_made: 'غرف أُنشئت',
  room_removed: 'غرف حُذفت',
  ticket_issued: 'تذاكر صدرت',
  tickets_imported: 'تذاكر استُوردت',
  ticket_revoked: 'تذاكر أُلغيت',
  key_made: 'مفاتيح أُنشئت',
  key_revoked: 'مفاتيح أُلغيت',
  webhook_made: 'خطافات ويب أُنشئت',
  webhook_revoked: 'خطافات ويب أُلغيت',
};

export const log = {
  actors: {
    cli: 'شخص على سطر الأوامر',
    server: 'الخادم',
    guest: 'ضيف',
    '': 'شخص ما',
  },
  key: (name: string) => `المفتاح «${name}»`,
  webhook: (name: string) => `خطاف الويب «${name}»`,
  sentences,
  names,
  plain: (who: string, kind: string) => `${who}: ${kind}.`,
  plainWith: (who: string, kind: string, what: string) => `${who}: ${kind}، ${what}.`,
};

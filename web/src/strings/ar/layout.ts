/* SPDX-License-Identifier: GPL-3.0-or-later */
// How a meeting is looked at, and the keys.
import { number } from './plural';

export const layout = {
  title: 'العرض',
  open: 'العرض: الترتيب وملء الشاشة',
  layoutTitle: 'الترتيب',
  layouts: {
    grid: { name: 'شبكة', text: 'كل الصور جنبًا إلى جنب وبحجم واحد.' },
    speaker: { name: 'المتكلم', text: 'من يتكلم كبير، والآخرون في شريط.' },
    presentation: { name: 'العرض التقديمي', text: 'الشاشة المشارَكة كبيرة، والأشخاص في شريط. ومن دونها: شبكة.' },
  },
  hideOwn: 'أخفِ صورتي',
  hideOwnHint: 'يظل الآخرون يرونك ما دامت كاميرتك تعمل.',
  fullScreen: 'ملء الشاشة',
  fullScreenShort: 'ملء',
  leaveFullScreen: 'اخرج من ملء الشاشة',
  tileFullScreen: (name: string) => `ملء الشاشة: ${name}`,
  pip: 'صورة داخل صورة',
  pipShort: 'في الأمام',
  pipOpen: 'أبقِ صورة المتكلم أمام النوافذ الأخرى',
  pipClose: 'أغلق الصورة التي أمام النوافذ الأخرى',
  pipNobody: 'لا صورة لأحد الآن يمكن إبقاؤها في الأمام.',
  pin: (name: string) => `أبقِه كبيرًا: ${name}`,
  unpin: (name: string) => `لا تُبقِه كبيرًا: ${name}`,
  pages: 'صفحات الصور',
  page: (page: number, of: number) => `${number(page)} / ${number(of)}`,
  pageLong: (page: number, of: number) => `الصفحة ${number(page)} من ${number(of)}`,
  next: 'صفحة الصور التالية',
  previous: 'صفحة الصور السابقة',
  captions: 'الترجمة النصية',
  keys: {
    title: 'لوحة المفاتيح',
    open: 'اختصارات لوحة المفاتيح',
    off: 'المفاتيح المفردة موقوفة. شغّلها من الإعدادات.',
    names: {
      ' ': 'مفتاح المسافة مضغوطًا',
      arrows: 'مفاتيح الأسهم',
      Escape: 'Esc',
      pages: 'Page Up وPage Down',
    },
    talk: 'تكلم ما دام المفتاح مضغوطًا',
    arrows: 'انتقل إلى الصورة أو الزر في تلك الجهة',
    escape: 'أغلق لوحة أو قائمة',
    pages: 'قلّب صفحات الصور',
  },
};

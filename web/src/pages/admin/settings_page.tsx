/* SPDX-License-Identifier: GPL-3.0-or-later */
import { readSettings, type Settings } from '../../api/server';
import { strings } from '../../strings';
import { known } from '../../strings/known';
import { useSite } from '../context';
import { dayText } from '../lists/times';
import { Section, WhenLoaded } from '../parts';
import { useLoaded } from '../task';
import { AdminPage } from './admin_page';

const text = strings.admin.settings;

export function SettingsPage() {
  const { commands } = useSite();
  const settings = useLoaded(() => readSettings(commands.api));
  return (
    <AdminPage at="settings" name="admin-settings" title={text.title} lead={text.lead}>
      <WhenLoaded of={settings}>{(value) => <SettingsList settings={value} />}</WhenLoaded>
    </AdminPage>
  );
}

type SettingName = keyof typeof text.labels;

function wordsOf(settings: Settings): Readonly<Record<SettingName, string>> {
  const { oidc, certificate_until } = settings;
  return {
    origin: settings.origin,
    certificate_until: certificate_until === 0 ? text.notKnown : text.until(dayText(certificate_until)),
    sign_up: known(text.signUp, settings.sign_up),
    two_factors: known(text.twoFactors, settings.two_factors),
    care: known(text.care, settings.care),
    mail: settings.mail ? text.mailOn : text.mailOff,
    sms: settings.sms ? text.smsOn : text.smsOff,
    oidc: oidc.length === 0 ? text.noProviders : oidc.map(({ name }) => name).join(', '),
    rooms: String(settings.rooms),
    people_in: String(settings.people_in),
    profile: known(text.profiles, settings.profile),
    version: settings.version,
  };
}

function SettingsList({ settings }: { readonly settings: Settings }) {
  const words = Object.entries(wordsOf(settings)) as [SettingName, string][];
  return (
    <>
      <Section name="settings" title={text.listTitle}>
        <dl class="pairs">
          {words.map(([name, value]) => (
            <div key={name} data-setting={name}>
              <dt>{text.labels[name]}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section name="where" title={text.whereTitle} lead={settings.file === '' ? text.whereNone : text.where}>
        {settings.file !== '' && (
          <p class="code">
            <bdi>{settings.file}</bdi>
          </p>
        )}
      </Section>
    </>
  );
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/secrets.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

#define MACHINE_AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"
#define AUTHORITIES_BYTES (4 * 1024 * 1024)
#define LEAST_SECRET 16 /* of the SMS hook; the password is whatever the mail server wants */

static int refuse(const struct config *c, enum config_option option, const char *what)
{
  char where[CONFIG_PATH + 16];
  log_error("%s: %s", config_where(c, option, where), what);
  return ERR_REFUSED;
}

/* Appends a file; false if it cannot be read or does not fit. */
static bool append_file(struct secrets *s, const char *path)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = 0;
  size_t before = s->authorities_n;
  while (fd >= 0 && s->authorities_n < AUTHORITIES_BYTES - 1 &&
         (n = read(fd, s->authorities + s->authorities_n, AUTHORITIES_BYTES - 1 - s->authorities_n)) > 0)
    s->authorities_n += (size_t)n;
  if (fd >= 0)
    close(fd);
  if (fd < 0 || n < 0 || s->authorities_n == AUTHORITIES_BYTES - 1)
    return false;
  s->authorities[s->authorities_n] = '\0';
  return strstr(s->authorities + before, "-----BEGIN CERTIFICATE-----") != NULL;
}

static int read_authorities(struct secrets *s, const struct config *c)
{
  s->authorities = calloc(1, AUTHORITIES_BYTES);
  if (s->authorities == NULL)
    return ERR_NOMEM;
  if (!append_file(s, MACHINE_AUTHORITIES))
    log_warning("this machine has no list of certificate authorities (" MACHINE_AUTHORITIES "): nobody is trusted but "
                "ca_file. Mend: install ca-certificates.");
  if (c->ca_file[0] != '\0' && !append_file(s, c->ca_file))
    return refuse(c, OPTION_CA_FILE, "this file cannot be read or has no certificate. Mend: name a PEM file.");
  return 0;
}

int secrets_read(struct secrets *s, const struct config *config)
{
  memset(s, 0, sizeof *s);
  int err = secret_file_line(config, OPTION_SMTP_PASSWORD_FILE, config->smtp_password_file, s->smtp_password);
  if (err == 0)
    err = secret_file_line(config, OPTION_SMS_SECRET_FILE, config->sms_secret_file, s->sms_secret);
  if (err == 0 && config->sms_secret_file[0] != '\0' && strlen(s->sms_secret) < LEAST_SECRET)
    err = refuse(config, OPTION_SMS_SECRET_FILE, "this secret can be guessed. Mend: 16 characters or more.");
  return err != 0 ? err : read_authorities(s, config);
}

void secrets_fini(struct secrets *s)
{
  free(s->authorities);
  sodium_memzero(s, sizeof *s);
}

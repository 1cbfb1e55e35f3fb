/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* The first line. */
static int read_line(const struct config *c, enum config_option option, int fd, char out[SECRET_BYTES])
{
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return refuse(c, option, "this is not a file. Mend: name a file with the secret in its first line.");
  if ((st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
    return refuse(c, option, "others can read or change this file. Mend: chmod 600.");
  ssize_t n = read(fd, out, SECRET_BYTES - 1);
  out[n < 0 ? 0 : n] = '\0';
  size_t line = strcspn(out, "\r\n");
  if (line == SECRET_BYTES - 1)
    return refuse(c, option, "the secret in this file is too long. Mend: up to 254 bytes in the first line.");
  sodium_memzero(out + line, SECRET_BYTES - line);
  return line > 0 ? 0 : refuse(c, option, "the first line of this file is empty. Mend: put the secret there.");
}

static int read_secret(const struct config *c, enum config_option option, const char *path, char out[SECRET_BYTES])
{
  if (path[0] == '\0')
    return 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return refuse(c, option,
                  errno == ENOENT ? "there is no such file. Mend: make it, with the secret in its first line."
                                  : "this file cannot be read. Mend: give this server's user the right.");
  int err = read_line(c, option, fd, out);
  close(fd);
  return err;
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
  int err = read_secret(config, OPTION_SMTP_PASSWORD_FILE, config->smtp_password_file, s->smtp_password);
  if (err == 0)
    err = read_secret(config, OPTION_SMS_SECRET_FILE, config->sms_secret_file, s->sms_secret);
  if (err == 0 && config->sms_secret_file[0] != '\0' && strlen(s->sms_secret) < LEAST_SECRET)
    err = refuse(config, OPTION_SMS_SECRET_FILE, "this secret can be guessed. Mend: 16 characters or more.");
  return err != 0 ? err : read_authorities(s, config);
}

void secrets_fini(struct secrets *s)
{
  free(s->authorities);
  sodium_memzero(s, sizeof *s);
}

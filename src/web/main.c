/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo-web: started by the supervisor, never by hand. */
#include <errno.h>
#include <jansson.h>
#include <libgen.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "cli/boot.h"
#include "sandbox/sandbox.h"
#include "web/certificate.h"
#include "web/certificate_public.h"
#include "web/providers_open.h"
#include "web/relay_open.h"
#include "web/server.h"
#include "web/site.h"

#define OTHER_DESCRIPTORS 256 /* listeners, channels and the libraries' own */

/* To the operator's terminal and nowhere else: the tokens must not reach a log. */
void show_host_link(void *ctx, const char *token)
{
  const struct server *s = ctx;
  static bool again;
  printf("\n%s:\n\n    %s/host#%s\n\n"
         "It works once; when it has been used, the link for the next meeting appears here.\n",
         again ? "The link was used. To host another meeting, open this one" : "Open this link to host a meeting",
         s->api.origins.text[0], token);
  again = true;
  (void)fflush(stdout);
}

void show_setup_link(void *ctx, const char *token)
{
  const struct server *s = ctx;
  printf("\nThere is no administrator yet. To become it, with accounts, lasting rooms and tickets, open:\n\n"
         "    %s/setup#%s\n\nIt works once.\n", s->api.origins.text[0], token);
  (void)fflush(stdout);
}

/* The folders of the certificate, the store and its key, for the user that this process becomes. */
static int make_folders(const struct config *config)
{
  char folder[CONFIG_PATH];
  if (mkdir(config->data, 0700) != 0 && errno != EEXIST) {
    log_error("the data folder cannot be made");
    return ERR_IO;
  }
  return store_prepare(config_store_folder(config, folder), config->key_file, config->uid, config->gid);
}

/* The public is not served with a certificate that its browsers refuse. */
static int check_public(const struct config *config)
{
  char where[CONFIG_PATH + 16];
  if (config_is_local(config))
    return 0;
  const char *problem = certificate_public_problem(config->certificate, config->certificate_key, config->origin,
                                                   (int64_t)time(NULL));
  if (problem == NULL)
    return 0;
  log_error("%s: %s", config_where(config, OPTION_CERTIFICATE, where), problem);
  return ERR_REFUSED;
}

static int prepare_certificate(const struct config *config)
{
  char fingerprint[FINGERPRINT_TEXT];
  int err = 0;
  if (config->certificate_is_own)
    err = certificate_ensure(config->certificate, config->certificate_key, (int64_t)time(NULL));
  if (err == 0)
    err = certificate_fingerprint(config->certificate, fingerprint);
  if (err != 0) {
    log_error("the certificate or its key cannot be read or made: %s", err_text(err));
    return err;
  }
  if (config->certificate_is_own)
    printf("The server's certificate was made by this machine itself: the browser asks once whether to trust it.\n");
  printf("The certificate's fingerprint (SHA-256), to compare in the browser:\n    %s\n", fingerprint);
  return 0;
}

/* The last socket is that of the metrics, if they are wanted. */
static uint16_t listeners_of(const struct boot *boot)
{
  return (uint16_t)(boot->sockets - (boot->config.metrics_port != 0 ? 1 : 0));
}

/* The configured origin, and in the local profile the bare addresses of this machine. */
static int list_origins(const struct boot *boot, struct origins *origins)
{
  char address[NET_ADDR_TEXT], text[ORIGIN_TEXT];
  *origins = (struct origins){0};
  int err = origins_add(origins, boot->config.origin);
  for (uint16_t i = 0; err == 0 && config_is_local(&boot->config) && i < listeners_of(boot); i++) {
    (void)snprintf(text, sizeof text, "https://%s", net_addr_text(&boot->socket[i], address));
    err = origins_add(origins, text);
  }
  if (err != 0)
    log_error("the origin is not usable: %s", err_text(err));
  return err;
}

static void raise_descriptor_limit(void)
{
  struct rlimit limit;
  rlim_t wanted = LIMIT_CONNECTIONS + OTHER_DESCRIPTORS;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log_warning("the limit of open descriptors stays as it is");
}

/* Of files only the store and the folder of its key are left. */
static int enter_sandbox(const struct config *config)
{
  char store[CONFIG_PATH], keys[CONFIG_PATH];
  (void)snprintf(keys, sizeof keys, "%s", config->key_file);
  const char *const folders[] = {config_store_folder(config, store), dirname(keys)};
  return sandbox_enter(&(struct sandbox){.profile = SANDBOX_WEB, .uid = config->uid, .gid = config->gid,
                                         .folders = folders, .folders_n = 2});
}

/* What is read before the sandbox closes and used after that. */
struct opening {
  struct site site; /* its texts live in the configuration */
  struct oidc *oidc;
  struct relay relay;
};

static int read_site(const struct config *config, struct opening *o)
{
  int err = site_of(config, &o->site);
  if (err == 0)
    err = relay_open(config, &o->relay);
  return err != 0 ? err : providers_open(config, &o->site, &o->oidc);
}

static int open_site(struct server *s, const struct config *config, const struct origins *origins,
                     const struct opening *o)
{
  char folder[CONFIG_PATH];
  rooms_use_relay(s->rooms, &o->relay);
  rooms_set_mark(s->rooms, 10u * config->media_busy);
  return server_open(s, config_store_folder(config, folder), config->key_file, &o->site, origins, o->oidc);
}

static int prepare(struct server *s, const struct boot *boot, struct opening *opening)
{
  struct origins origins;
  int listeners[LIMIT_LISTEN_ADDRESSES];
  for (int i = 0; i < listeners_of(boot); i++)
    listeners[i] = BOOT_FD_SOCKETS + i;
  int err = list_origins(boot, &origins);
  if (err == 0)
    err = check_public(&boot->config);
  if (err == 0)
    err = make_folders(&boot->config);
  if (err == 0)
    err = prepare_certificate(&boot->config);
  if (err == 0)
    err = server_init(s, &origins, boot->config.certificate, boot->config.certificate_key);
  if (err == 0 && boot->config.metrics_port != 0)
    err = metrics_port_open(&s->metrics, &s->loop, BOOT_FD_SOCKETS + listeners_of(boot), s->rooms);
  if (err == 0)
    err = read_site(&boot->config, opening);
  if (err == 0)
    err = enter_sandbox(&boot->config);
  if (err == 0)
    err = open_site(s, &boot->config, &origins, opening);
  if (err == 0)
    err = server_adopt(s, listeners, listeners_of(boot), BOOT_FD_SUPERVISOR);
  return err;
}

int main(void)
{
  static struct boot boot;
  static struct server server;
  static struct opening opening;
  log_open("web", LOG_NOTICE);
  if (boot_receive(&boot) != 0) {
    (void)fputs("testudo-web is started by testudo serve.\n", stderr);
    return EXIT_FAILURE;
  }
  log_open("web", (enum log_level)boot.config.log_level);
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGINT, SIG_IGN); /* the supervisor says when to stop */
  if (sodium_init() < 0)
    return EXIT_FAILURE;
  json_object_seed(0); /* from the kernel, while /dev/urandom can still be opened */
  raise_descriptor_limit();
  int err = prepare(&server, &boot, &opening);
  if (err == 0) {
    api_open_setup_link(&server.api);
    api_open_host_link(&server.api);
    server_run(&server);
  }
  server_fini(&server);
  relay_fini(&opening.relay);
  if (err == ERR_REFUSED)
    return BOOT_EXIT_CONFIG;
  return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

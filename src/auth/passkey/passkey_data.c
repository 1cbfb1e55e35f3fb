/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/passkey/passkey_data.h"

#include "auth/passkey/cbor.h"

#define RP_ID_HASH 32
#define AAGUID 16

enum flags {
  FLAG_PRESENT = 0x01,
  FLAG_VERIFIED = 0x04,
  FLAG_MAY_BACK_UP = 0x08,
  FLAG_BACKED_UP = 0x10,
  FLAG_CREDENTIAL = 0x40,
  FLAG_EXTENSIONS = 0x80,
};

/* COSE_Key (RFC 9053, section 7.1.1) */
enum { COSE_KTY = 1, COSE_ALG = 3, COSE_CRV = -1, COSE_X = -2, COSE_Y = -3 };
enum { KTY_EC2 = 2, ALG_ES256 = -7, CRV_P256 = 1, COSE_FIELDS = 5 };

static int take_coordinate(struct span *s, struct span *coordinate)
{
  int err = cbor_take_bytes(s, coordinate);
  return err == 0 && coordinate->n != PASSKEY_COORDINATE ? ERR_MALFORMED : err;
}

static int take_constant(struct span *s, int64_t wanted)
{
  int64_t v;
  int err = cbor_take_int(s, &v);
  return err == 0 && v != wanted ? ERR_UNSUPPORTED : err;
}

/* One field of the key; `seen` has a bit for each that has come. */
static int take_key_field(struct span *s, unsigned *seen, struct passkey_data *data)
{
  int64_t label;
  int err = cbor_take_int(s, &label);
  if (err != 0)
    return err;
  if (label < COSE_Y || label > COSE_ALG)
    return ERR_UNSUPPORTED;
  unsigned bit = 1u << (label - COSE_Y);
  if ((*seen & bit) != 0)
    return ERR_MALFORMED;
  *seen |= bit;
  switch (label) {
  case COSE_KTY: return take_constant(s, KTY_EC2);
  case COSE_ALG: return take_constant(s, ALG_ES256);
  case COSE_CRV: return take_constant(s, CRV_P256);
  case COSE_X: return take_coordinate(s, &data->x);
  case COSE_Y: return take_coordinate(s, &data->y);
  default: return ERR_UNSUPPORTED;
  }
}

/* Five different fields out of five: all of them. */
static int take_key(struct span *s, struct passkey_data *data)
{
  uint64_t pairs;
  unsigned seen = 0;
  int err = cbor_take_map(s, &pairs);
  if (err == 0 && pairs != COSE_FIELDS)
    err = ERR_UNSUPPORTED;
  for (int i = 0; err == 0 && i < COSE_FIELDS; i++)
    err = take_key_field(s, &seen, data);
  return err;
}

static int take_credential(struct span *s, struct passkey_data *data)
{
  uint16_t n;
  int err = span_skip(s, AAGUID);
  if (err == 0)
    err = span_u16(s, &n);
  if (err == 0 && (n == 0 || n > PASSKEY_CREDENTIAL))
    err = ERR_LIMIT;
  if (err == 0)
    err = span_take(s, n, &data->credential);
  return err != 0 ? err : take_key(s, data);
}

static int skip_extensions(struct span *s)
{
  struct span map = *s;
  uint64_t pairs;
  int err = cbor_take_map(&map, &pairs);
  return err != 0 ? err : cbor_skip(s);
}

int passkey_data_parse(struct span s, struct passkey_data *data)
{
  uint8_t flags = 0;
  *data = (struct passkey_data){0};
  int err = span_take(&s, RP_ID_HASH, &data->rp_id_hash);
  if (err == 0)
    err = span_u8(&s, &flags);
  if (err == 0)
    err = span_u32(&s, &data->count);
  if (err == 0 && (flags & FLAG_BACKED_UP) != 0 && (flags & FLAG_MAY_BACK_UP) == 0)
    err = ERR_MALFORMED;
  data->present = (flags & FLAG_PRESENT) != 0;
  data->verified = (flags & FLAG_VERIFIED) != 0;
  data->has_credential = (flags & FLAG_CREDENTIAL) != 0;
  if (err == 0 && data->has_credential)
    err = take_credential(&s, data);
  if (err == 0 && (flags & FLAG_EXTENSIONS) != 0)
    err = skip_extensions(&s);
  return err == 0 && s.n > 0 ? ERR_MALFORMED : err;
}

enum { FIELD_FORMAT = 1, FIELD_STATEMENT = 2, FIELD_DATA = 4, ATTESTATION_FIELDS = 3 };

static int take_format(struct span *s)
{
  struct span format;
  int err = cbor_take_text(s, &format);
  return err == 0 && !span_equal(format, span_str("none")) ? ERR_UNSUPPORTED : err;
}

static int take_no_statement(struct span *s)
{
  uint64_t pairs;
  int err = cbor_take_map(s, &pairs);
  return err == 0 && pairs != 0 ? ERR_MALFORMED : err;
}

static unsigned field_named(struct span key)
{
  if (span_equal(key, span_str("fmt")))
    return FIELD_FORMAT;
  if (span_equal(key, span_str("attStmt")))
    return FIELD_STATEMENT;
  return span_equal(key, span_str("authData")) ? FIELD_DATA : 0;
}

static int take_attestation_field(struct span *s, unsigned *seen, struct span *auth_data)
{
  struct span key;
  int err = cbor_take_text(s, &key);
  if (err != 0)
    return err;
  unsigned field = field_named(key);
  if (field == 0 || (*seen & field) != 0)
    return ERR_MALFORMED;
  *seen |= field;
  if (field == FIELD_FORMAT)
    return take_format(s);
  return field == FIELD_STATEMENT ? take_no_statement(s) : cbor_take_bytes(s, auth_data);
}

int passkey_attestation_parse(struct span s, struct span *auth_data)
{
  uint64_t pairs;
  unsigned seen = 0;
  int err = cbor_take_map(&s, &pairs);
  if (err == 0 && pairs != ATTESTATION_FIELDS)
    err = ERR_MALFORMED;
  for (int i = 0; err == 0 && i < ATTESTATION_FIELDS; i++)
    err = take_attestation_field(&s, &seen, auth_data);
  return err == 0 && s.n > 0 ? ERR_MALFORMED : err;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every table's maximum, in one place. Reaching one is counted and answered, never fatal. */
#ifndef TESTUDO_BASE_LIMITS_H
#define TESTUDO_BASE_LIMITS_H

/* network */
#define LIMIT_DATAGRAM 1500        /* bytes of a UDP payload that we read or write */
#define LIMIT_LISTEN_ADDRESSES 8   /* addresses of one process */
#define LIMIT_PROCESS_SOCKETS (2 * LIMIT_LISTEN_ADDRESSES) /* sockets of one process: a media process has UDP and TCP on each */
#define LIMIT_TCP_CONNECTIONS 2048 /* media connections over TCP of one media process */
#define LIMIT_TCP_ADDRESS 256      /* of them from one network address (IPv6: from one /64) */
#define LIMIT_TCP_UNPROVEN 64      /* and of those that have not shown a valid STUN check yet */
#define LIMIT_TCP_UNPROVEN_US 5000000 /* how long they may live */
#define LIMIT_TCP_IDLE_US 40000000 /* without anything sent to it: longer than consent lasts (ICE_CONSENT_US) */
#define LIMIT_TCP_QUEUE 65536      /* bytes that wait for a slow reader */
#define LIMIT_TCP_QUEUE_VIDEO 49152 /* of them before large packets, which are video, are dropped */
#define LIMIT_GSO_BYTES 60000      /* bytes of one GSO send; the kernel allows 65,507 */
#define LIMIT_GSO_SEGMENTS 64      /* segments of one GSO send: the kernel's UDP_MAX_SEGMENTS */

/* a media process */
#define LIMIT_PEERS 8192           /* WebRTC connections */
#define LIMIT_ROOMS 1024
#define LIMIT_TUPLES (4 * LIMIT_PEERS) /* validated remote addresses */
#define LIMIT_PEER_TUPLES 4        /* validated remote addresses of one peer */
#define LIMIT_HANDSHAKES 2048      /* DTLS handshakes under way at once */
#define LIMIT_HANDSHAKE_LINE 512   /* datagrams of them that wait for their turn */
#define LIMIT_DTLS_HELLO 4096      /* bytes of a reassembled ClientHello; browsers send about 1,500 */
#define LIMIT_DTLS_HANDSHAKE_US 15000000 /* from its first datagram to its end */
#define LIMIT_CONNECT_US 30000000  /* from a connection's offer to the end of its handshake */
#define LIMIT_DTLS_BURST 64        /* datagrams of one DTLS connection sent at once */
#define LIMIT_DTLS_PER_SECOND 32   /* and per second after that */
#define LIMIT_VIEWER_BYTES (24 * 1024) /* of memory for one receiver with all slots, everything included */
#define LIMIT_RING_PACKETS 512     /* packets of a source kept for retransmission; a power of two */
#define LIMIT_NACK_PENDING 128     /* lost packets of one source that are asked for at once */

/* SDP (bytes, lines, sections) */
#define LIMIT_SDP_BYTES (128 * 1024)
#define LIMIT_SDP_LINE 2048
#define LIMIT_SDP_MEDIA 40         /* m= sections in an offer */
#define LIMIT_SDP_CODECS 64        /* payload types in an m= section */
#define LIMIT_SDP_SIMULCAST 4      /* sections that send several layers */
#define LIMIT_SDP_SOURCES 4        /* streams (an SSRC, perhaps with RTX) of an m= section */

/* media of a room and of a peer */
#define LIMIT_ROOM_SOURCES 256     /* microphones, layers of cameras and screens, and sounds of screens in one room */
#define LIMIT_CROWD_PACKETS 256    /* for those who only watch, then all get them at once; a power of two, half of a ring */
#define LIMIT_ROOM_PEERS LIMIT_PEERS
#define LIMIT_AUDIO_RING 64        /* packets of a microphone that are kept; a power of two */
#define LIMIT_RTX_SHARE 2          /* of the media that one receiver was sent in a second, one half may be sent again */
#define LIMIT_RTX_LEAST 16384      /* bytes that may be sent again in any second */
#define LIMIT_RTX_FIRST 131072     /* and in its first one */
#define LIMIT_NACK_NUMBERS 4000    /* packets that one receiver may ask for again in a second */
#define LIMIT_KEY_BURST 40         /* key frames that one receiver may ask for, and one each second after that */
#define LIMIT_INGRESS_BYTES 2500000 /* media of one peer in a second: 20 Mbit/s */
#define LIMIT_INGRESS_PACKETS 4000 /* of them */
#define LIMIT_INGRESS_CONTROL 800  /* checks and feedback of one peer in a second */
#define LIMIT_INGRESS_HANDSHAKE 2000 /* datagrams of DTLS */
#define LIMIT_HEARD_VOICES 3       /* microphones that one receiver hears at once */
#define LIMIT_HEARD_SCREENS 1      /* and sounds of screens beside them */
#define LIMIT_AUDIO_SLOTS (LIMIT_HEARD_VOICES + LIMIT_HEARD_SCREENS)
#define LIMIT_BANDWIDTH_SENT_LEAST 128 /* packets to one receiver that are remembered until it reports on them; powers of two */
#define LIMIT_BANDWIDTH_SENT_MOST 4096
#define LIMIT_FEEDBACK_PACKETS 8192 /* on which one receiver may report in a second */
#define LIMIT_LAYERS 3             /* simulcast layers of one source */
#define LIMIT_DEPENDENCY_TEMPLATES 32 /* of a structure of scalable video (proto/dependency.h) */
#define LIMIT_DEPENDENCY_TARGETS 16 /* three sizes at four frame rates, and some more */
#define LIMIT_DEPENDENCY_DIFFS 8   /* frames that one frame needs at once */
#define LIMIT_VIDEO_SLOTS 25       /* a viewer of a full stage sees all of it */

/* web */
#define LIMIT_NAME_BYTES 96        /* a person's name, UTF-8 */
#define LIMIT_CHAT_BYTES 2000      /* one message of the chat, UTF-8 */
#define LIMIT_JSON_DEPTH 8         /* of all JSON that comes from outside */
#define LIMIT_CSV_BYTES (4 * 1024 * 1024) /* a table that is imported */
#define LIMIT_CSV_FIELDS 32
#define LIMIT_CSV_ROW 4096         /* bytes of all fields of a row */
#define LIMIT_SIGNAL_MESSAGE (LIMIT_SDP_BYTES + 32 * 1024) /* one signalling frame, JSON-escaped SDP within */
#define LIMIT_HTTP_BODY 16384      /* a request body of the API */
#define LIMIT_HTTP_CSV (256 * 1024) /* a list of tickets, from who is known */
#define LIMIT_SIGNINS 4096         /* sign-ins that wait for a second factor */
#define LIMIT_LATERS 1024          /* answers that wait for a password's hash or another server */
#define LIMIT_ROOM_PEOPLE 25       /* in one meeting who may publish */
#define LIMIT_ROOM_VIEWERS 500     /* in one meeting beside them */
#define LIMIT_ROOM_KNOCKING 500    /* waiting at one door */
#define LIMIT_ROOM_QUESTIONS 500   /* in the question box of one event */
#define LIMIT_OWN_QUESTIONS 5      /* of them open from one browser */
#define LIMIT_LISTED_QUESTIONS 20  /* of them on the list that all see and vote on */
#define LIMIT_QUESTION_VOTES 16384 /* for one of these */
#define LIMIT_QUESTION_BYTES 600   /* a question's text, UTF-8 */
#define LIMIT_ROOM_REFUSED 64      /* refused browsers that one meeting remembers */
#define LIMIT_ATTENDANCE 10000     /* stays that the list of one meeting holds */
#define LIMIT_ATTENDANCE_ALL 200000 /* and the lists of all meetings: about 26 MB */
#define LIMIT_PEOPLE 8192          /* places in all meetings, with those who wait */
#define LIMIT_ENTRIES 4096         /* given out and not yet used */
#define LIMIT_ORIGINS 8            /* https addresses that the server is known by */
#define LIMIT_CORS_ORIGINS 8       /* of other pages that may use the API */
#define LIMIT_PASSKEY_CHALLENGES 4096 /* open at once; the oldest makes room */
#define LIMIT_CONNECTIONS 24000    /* HTTPS and WebSocket */
#define LIMIT_ADDRESS_CONNECTIONS 512 /* of them from one network address, without the sockets below */
#define LIMIT_ADDRESS_SOCKETS 1024 /* signalling sockets of those who were let in, from one network address: a lecture hall */
#define LIMIT_SOCKET_QUEUE (1024 * 1024) /* bytes that wait for a slow reader of signalling */
#define LIMIT_PROOF_TARGET 2048    /* path and query of a request with a proof */
#define LIMIT_NONCE_SESSIONS 16384 /* sessions that hold nonces for their next requests */
#define LIMIT_SESSION_NONCES 16    /* of each kind (web/nonce.h) that one session holds */
#define LIMIT_USER_AGENT 512       /* bytes of a User-Agent that are looked at */

/* calls (web/line.h) */
#define LIMIT_LINES 4096           /* sockets of pages of signed-in people outside of meetings */
#define LIMIT_ACCOUNT_LINES 8      /* of one account: a new one takes the oldest one's place */
#define LIMIT_LINE_PEOPLE (LIMIT_LINES + LIMIT_PEOPLE) /* accounts with such a socket or in a meeting */
#define LIMIT_CALLS 1024           /* that ring */
#define LIMIT_LINE_MESSAGE 512     /* bytes of what such a page says */

/* accounts */
#define LIMIT_PASSWORD_BYTES 1024
#define LIMIT_PASSWORD_THREADS 2
#define LIMIT_PASSWORD_JOBS 64     /* password hashes asked for and not yet taken */
#define LIMIT_CODES 8192           /* one-time codes that are open */
#define LIMIT_GUARD_PAIRS 65536    /* remembered tries to sign in, see auth/guard.h; powers of two */
#define LIMIT_GUARD_PREFIXES 16384
#define LIMIT_GUARD_ACCOUNTS 16384

/* the store: rows of its tables */
#define LIMIT_ACCOUNTS 100000
#define LIMIT_ACCOUNT_PASSKEYS 20
#define LIMIT_ACCOUNT_ISSUERS 8    /* OpenID Connect links */
#define LIMIT_ACCOUNT_LINKS 8      /* one-time links, until they expire */
#define LIMIT_ACCOUNT_NOTICES 50   /* that wait to be read: a new one takes the oldest one's place */
#define LIMIT_SESSIONS 100000
#define LIMIT_STORED_ROOMS 100000
#define LIMIT_ACCOUNT_ROOMS 1000   /* that one account has, but administrators */
#define LIMIT_SERIES 10000
#define LIMIT_ACCOUNT_SERIES 200
#define LIMIT_MEMBERS 1000000      /* roles given beforehand, in all rooms */
#define LIMIT_ACCOUNT_MEMBERS 20000 /* in the rooms of one account, but administrators */
#define LIMIT_ROOM_BANS 1000
#define LIMIT_STAYS 10000000       /* attendance of all rooms */
#define LIMIT_TICKETS 1000000
#define LIMIT_ACCOUNT_TICKETS 20000 /* that one account has issued, but administrators; one table goes beyond */
#define LIMIT_API_KEYS 1000
#define LIMIT_IDEMPOTENT 100000
#define LIMIT_WEBHOOKS 100
#define LIMIT_WEBHOOK_EVENTS 1000000
#define LIMIT_CONTACTS 4000000     /* two rows for each two people */
#define LIMIT_ACCOUNT_CONTACTS 500
#define LIMIT_CONTACT_ASKS 1000000
#define LIMIT_ACCOUNT_ASKS 100     /* that one account has sent and nobody has accepted */
#define LIMIT_ASKS_TO_ACCOUNT 200  /* that wait for one account: later ones are not seen */
#define LIMIT_ACCOUNT_CONTACT_LINKS 8 /* one-time links by which somebody becomes a contact */
#define LIMIT_ACCOUNT_BLOCKS 500
#define LIMIT_ACCOUNT_MISSED 100   /* calls: a new one takes the oldest one's place */
#define LIMIT_MESSAGES 10000       /* to the administrators, by the contact form */
#define LIMIT_EVENT_PEOPLE 8192    /* people at once in one room: the places of the whole server */

/* what goes out: mail, SMS and requests to OpenID providers */
#define LIMIT_OUTBOUND_MAIL 1024   /* mails that wait or are on their way */
#define LIMIT_OUTBOUND_SMS 256
#define LIMIT_OUTBOUND_FETCH 64
#define LIMIT_OUTBOUND_RUNNING 8   /* of each kind at once */
#define LIMIT_MAIL_ADDRESS 254     /* RFC 5321, section 4.5.3.1.3 without the brackets */
#define LIMIT_MAIL_SUBJECT 256     /* bytes of UTF-8 */
#define LIMIT_MAIL_TEXT 16384
#define LIMIT_SMS_NUMBER 16        /* E.164 with the plus sign */
#define LIMIT_SMS_TEXT 1024
#define LIMIT_URL 2048
#define LIMIT_FETCH_REQUEST 8192   /* a body or an authorization that is sent */
#define LIMIT_FETCH_ANSWER 65536   /* a body that is received */
#define LIMIT_ISSUERS 8
#define LIMIT_ISSUER_HOSTS 4       /* hosts that one issuer's metadata may add */

/* sign-in by OpenID Connect */
#define LIMIT_OIDC_PROVIDERS 8
#define LIMIT_OIDC_LOGINS 16384    /* that have gone to a provider and are to come back; the oldest gives way */
#define LIMIT_OIDC_TASKS 256       /* requests to providers under way */
#define LIMIT_OIDC_RESPONSE 65536  /* bytes of a provider's answer */
#define LIMIT_OIDC_QUERY 8192      /* what the browser brings back */
#define LIMIT_OIDC_CODE 2048       /* of it the code */
#define LIMIT_OIDC_TOKEN 16384     /* an id_token */
#define LIMIT_OIDC_KEYS 32         /* public keys of a provider */

/* between processes */
#define LIMIT_MEDIA_PROCESSES 64
#define LIMIT_SHARE_RECORDS 4096   /* of a media process that others have not yet read: 6.5 MB; a power of two */
#define LIMIT_FAR_SOURCES 4096     /* sources of one media process that come from others */
#define LIMIT_IPC_MESSAGE (LIMIT_SDP_BYTES + 1024)
#define LIMIT_IPC_QUEUE (8 * 1024 * 1024) /* bytes that wait for a slow peer before the channel is given up */

#endif

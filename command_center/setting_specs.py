"""The one list of settings; ``docs/settings.md`` is made of it (``python -m command_center.settings_page``)."""

from typing import Final

from command_center.setting_values import SettingSpec

SPECS: Final = (
    SettingSpec(
        name="DATA",
        kind="folder",
        default="data",
        description_en="Folder of everything the house keeps: the store, checkpoints, exports.",
        description_de="Ordner für alles, was das Haus aufbewahrt: Speicher, Prüfpunkte, Exporte.",
    ),
    SettingSpec(
        name="DATABASE_URL",
        kind="text",
        default="",
        description_en="Address of a shared PostgreSQL; empty means the SQLite file `DATA/command_center.sqlite`.",
        description_de="Adresse einer gemeinsamen PostgreSQL; leer heißt SQLite-Datei `DATA/command_center.sqlite`.",
    ),
    SettingSpec(
        name="HOST",
        kind="text",
        default="127.0.0.1",
        description_en="Address the server listens on; anything but loopback asks for the one-time code once.",
        description_de="Adresse, auf der der Server hört; außer bei Loopback wird einmal der Einmalcode verlangt.",
    ),
    SettingSpec(
        name="PORT",
        kind="number",
        default="8501",
        description_en="Port the server listens on.",
        description_de="Port, auf dem der Server hört.",
        least=1,
        most=65535,
    ),
    SettingSpec(
        name="PUBLIC_URL",
        kind="text",
        default="",
        description_en="Address people open, such as `https://voice.example.org`; used in alerts.",
        description_de="Adresse, die Menschen öffnen, etwa `https://voice.example.org`; steht in Alarmen.",
    ),
    SettingSpec(
        name="PLANS",
        kind="folder",
        default="crisis_plans",
        description_en="Folder of the crisis plans (YAML files).",
        description_de="Ordner der Krisenpläne (YAML-Dateien).",
    ),
    SettingSpec(
        name="NOTIFY_URLS",
        kind="list",
        default="",
        description_en="Ways to tell people: comma-separated Apprise addresses in which `{email}` is replaced, such as "
        "`mailto://user:password@host:25/?to={email}&from=alarm@example.org`.",
        description_de="Wege, Menschen zu benachrichtigen: Apprise-Adressen mit Komma; `{email}` wird ersetzt.",
    ),
    SettingSpec(
        name="TOKEN_KEY",
        kind="list",
        default="",
        description_en="Keys that seal the accounts' tokens, newest first; empty means the file TOKEN_KEY_FILE.",
        description_de="Schlüssel, die die Zugänge der Konten versiegeln, neuester zuerst; leer heißt TOKEN_KEY_FILE.",
    ),
    SettingSpec(
        name="TOKEN_KEY_FILE",
        kind="folder",
        default="DATA/token.key",
        description_en="File with these keys, one per line; made with a new key when the first account is connected.",
        description_de="Datei mit diesen Schlüsseln, je Zeile einer; entsteht beim Verbinden des ersten Kontos.",
    ),
    SettingSpec(
        name="LOG_ORIGIN",
        kind="text",
        default="one-voice.example/log",
        description_en="Name of this house's log, by which others know its signed heads; no spaces, no `+`.",
        description_de="Name des Protokolls dieses Hauses, unter dem andere es kennen; ohne Leerzeichen und `+`.",
    ),
    SettingSpec(
        name="LOG_KEY_FILE",
        kind="folder",
        default="DATA/log.key",
        description_en="File with the key that signs the log's heads; made at first need. Keep a copy elsewhere.",
        description_de="Datei mit dem Schlüssel, der die Stände des Protokolls signiert; entsteht bei Bedarf.",
    ),
    SettingSpec(
        name="CHECKPOINT_SECONDS",
        kind="number",
        default="60",
        description_en="Seconds a growing log may go unsigned; what may not wait is signed at once.",
        description_de="Sekunden, die ein wachsendes Protokoll unsigniert bleibt; was eilt, wird sofort signiert.",
        least=1,
        most=86400,
    ),
    SettingSpec(
        name="DEPOSITS",
        kind="list",
        default="",
        description_en="Places outside the store for the log's signed heads, best two or more: "
        "`file:/mnt/else/heads.txt`, `git:/srv/heads`, `tsa:https://tsa.example.org/` (RFC 3161), "
        "`tell:` with an Apprise address.",
        description_de="Orte außerhalb des Speichers für signierte Stände des Protokolls, am besten zwei oder mehr.",
    ),
    SettingSpec(
        name="ERASURES_FILE",
        kind="folder",
        default="DATA/erased.jsonl",
        description_en="List (ids only) by which a restored store is erased again; best not on the store's own disk.",
        description_de="Liste (nur Kennungen), nach der ein zurückgespielter Speicher wieder gelöscht wird.",
    ),
    SettingSpec(
        name="X_API_BASE",
        kind="text",
        default="https://api.twitter.com",
        description_en="Where X's API is; any server that follows its description will do.",
        description_de="Wo die Programmierschnittstelle von X steht; jeder Server, der ihr folgt, ist recht.",
    ),
    SettingSpec(
        name="INTERNAL_HOSTS",
        kind="list",
        default="",
        description_en="Hosts inside the house that feeds and servers may be read from all the same, such as "
        "`intranet.example.org`; every other address that doesn't lead into the internet is refused.",
        description_de="Rechner im eigenen Netz, von denen trotzdem gelesen wird; sonst nur, was ins Internet führt.",
    ),
    SettingSpec(
        name="INBOX",
        kind="folder",
        default="DATA/inbox",
        description_en="Folder in which watched folders may be: files of mentions put there are read by themselves.",
        description_de="Ordner, in dem überwachte Ordner liegen dürfen: Dateien mit Erwähnungen darin werden gelesen.",
    ),
    SettingSpec(
        name="OIDC_ISSUER",
        kind="text",
        default="",
        description_en="Issuer of the OpenID Connect provider people also sign in through, as its discovery document "
        "names it; empty means passwords only.",
        description_de="Aussteller des OpenID-Connect-Anbieters, über den sich Menschen auch anmelden; leer heißt: nur "
        "mit Passwort.",
    ),
    SettingSpec(
        name="OIDC_CLIENT_ID",
        kind="text",
        default="",
        description_en="What the house is called there; its redirect address is `PUBLIC_URL/login/provider/back`.",
        description_de="Wie das Haus dort heißt; seine Rückkehradresse ist `PUBLIC_URL/login/provider/back`.",
    ),
    SettingSpec(
        name="OIDC_CLIENT_SECRET",
        kind="text",
        default="",
        description_en="The secret the house proves itself with there.",
        description_de="Das Geheimnis, mit dem sich das Haus dort ausweist.",
    ),
    SettingSpec(
        name="OIDC_GROUPS",
        kind="list",
        default="",
        description_en="Which group gives which role: comma-separated `group=role`, such as "
        "`Krisenstab=crisis_lead, *=employee`; `*` is everybody who signs in there.",
        description_de="Welche Gruppe welche Rolle gibt: `Gruppe=Rolle` mit Komma, etwa "
        "`Krisenstab=crisis_lead, *=employee`; `*` sind alle, die sich dort anmelden.",
    ),
    SettingSpec(
        name="LANGUAGE",
        kind="de|en",
        default="de",
        description_en="Language of people who have not chosen one.",
        description_de="Sprache für alle, die keine gewählt haben.",
    ),
    SettingSpec(
        name="ZONE",
        kind="zone",
        default="Europe/Berlin",
        description_en="Time zone in which moments are shown; the store keeps UTC.",
        description_de="Zeitzone der angezeigten Zeiten; gespeichert wird UTC.",
    ),
    SettingSpec(
        name="HOUSE",
        kind="text",
        default="One Voice",
        description_en="Display name of your company, shown at sign-in.",
        description_de="Anzeigename Ihres Hauses, zu sehen bei der Anmeldung.",
    ),
    SettingSpec(
        name="WORKER",
        kind="embedded|off",
        default="embedded",
        description_en="Whether this process also does the background work; `off` when a worker of its own runs.",
        description_de="Ob dieser Prozess auch die Hintergrundarbeit macht; `off`, wenn ein eigener läuft.",
    ),
    SettingSpec(
        name="WORKS_COUNCIL",
        kind="house|on|off",
        default="house",
        description_en="Whether what looks back names colleagues by pseudonym until two people unseal names; "
        "`house`: as chosen when the house was opened, and since.",
        description_de="Ob der Rückblick Mitarbeitende mit Kennung nennt, bis zwei Personen Namen freigeben; "
        "`house`: wie beim Öffnen des Hauses und seither gewählt.",
    ),
    SettingSpec(
        name="SESSION_IDLE_MINUTES",
        kind="number",
        default="60",
        description_en="Minutes without any action after which a session ends.",
        description_de="Minuten ohne eine Handlung, nach denen eine Sitzung endet.",
        least=5,
        most=1440,
    ),
    SettingSpec(
        name="SESSION_HOURS",
        kind="number",
        default="12",
        description_en="Hours after which every session ends.",
        description_de="Stunden, nach denen jede Sitzung endet.",
        least=1,
        most=72,
    ),
)

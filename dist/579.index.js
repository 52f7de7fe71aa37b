export const id = 579;
export const ids = [579];
export const modules = {

/***/ 3579:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./node_modules/p-map/index.js
var p_map = __webpack_require__(606);
;// CONCATENATED MODULE: ./build/errors.js
/** Codes after which a later look may see something else: `wait-timeout` goes on. */
const TRANSIENT = new Set([
    'missing',
    'incomplete',
    'rate-limited',
    'unavailable',
    'unreachable',
    'timeout',
]);
/** The one error class: what was seen (`message`), what to do about it (`hint`), and its cause. */
class AssertImageError extends Error {
    name = 'AssertImageError';
    code;
    hint;
    constructor(code, message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.code = code;
        this.hint = details.hint;
    }
    get isTransient() {
        return TRANSIENT.has(this.code);
    }
}
/** Message and hint as one text, for a log line or an annotation. */
function formatError(error) {
    return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
/**
 * Any thrown value as an {@link AssertImageError}. What we did not expect is `internal`: only name,
 * code and message of it are kept, for its other properties may hold request headers.
 */
function toAssertImageError(thrown) {
    if (thrown instanceof AssertImageError)
        return thrown;
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
    return new AssertImageError('internal', `unexpected ${text}.`, {
        hint: 'This is a bug in assert-image: please report it with the log of this step.',
    });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./build/inputs/event.js

function readEvent(env) {
    return {
        name: env['GITHUB_EVENT_NAME'] ?? '',
        sha: env['GITHUB_SHA'] ?? '',
        ref: env['GITHUB_REF'] ?? '',
        repository: env['GITHUB_REPOSITORY'] ?? '',
        payload: readPayload(env['GITHUB_EVENT_PATH']),
    };
}
/** An unreadable payload is an empty one: whoever needs a field of it says that it is missing. */
function readPayload(file) {
    if (!file)
        return {};
    try {
        const payload = JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'));
        return typeof payload === 'object' && payload !== null ? payload : {};
    }
    catch {
        return {};
    }
}
/** A value inside a payload by its path, undefined where any step of it is missing. */
function payloadText({ payload }, ...path) {
    let value = payload;
    for (const step of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
            return undefined;
        value = value[step];
    }
    return typeof value === 'string' ? value : undefined;
}

;// CONCATENATED MODULE: ./build/inputs/names.js
const INPUTS = {
    image: { default: null, isList: true },
    platforms: { default: 'all', isList: true },
    revision: { default: 'auto' },
    'revision-from': { default: 'label:org.opencontainers.image.revision, label:org.label-schema.vcs-ref' },
    digest: { default: 'any' },
    labels: { default: 'none', isList: true },
    env: { default: 'none', isList: true },
    'fail-on-mismatch': { default: 'true' },
    summary: { default: 'true' },
    username: { default: '', mayBeEmpty: true },
    password: { default: '', mayBeEmpty: true },
    'github-token': { default: '', mayBeEmpty: true, actionDefault: '${{ github.token }}' },
    'ca-file': { default: '', mayBeEmpty: true },
    'plain-http': { default: 'loopback', isList: true },
    'trusted-auth-hosts': { default: 'none', isList: true },
    'allowed-registries': { default: 'any', isList: true },
    timeout: { default: '60s' },
};
const INPUT_NAMES = Object.keys(INPUTS);
function definitionOf(name) {
    return INPUTS[name];
}
function isInputName(name) {
    return Object.hasOwn(INPUTS, name);
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(1916);
;// CONCATENATED MODULE: ./build/inputs/nearest.js

/** The known name that a misspelt one is meant to be, or null where none is near. */
function nearestName(name, known) {
    const asked = name.toLowerCase().replaceAll('_', '-');
    const ranked = known
        .map((candidate) => ({ candidate, edits: (0,mod/* distance */.Io)(asked, candidate) }))
        .toSorted((a, b) => a.edits - b.edits);
    const best = ranked[0];
    // A third of the letters: `lable` and `revison` are near, `cache` and `image` are not.
    if (best && best.edits <= Math.max(1, Math.floor(asked.length / 3)))
        return best.candidate;
    return known.find((candidate) => asked.length >= MIN_PART_CHARS && candidate.split('-').includes(asked)) ?? null;
}
/** `token` for `github-token`, `user` for nothing. */
const MIN_PART_CHARS = 4;

;// CONCATENATED MODULE: ./build/inputs/action-inputs.js


/** The runner's form of an input name: upper case, spaces to underscores, hyphens kept. */
const variableOf = (name) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
/**
 * Reads the inputs as the runner hands them over. It sets every declared input, gives unknown ones
 * too, and enforces nothing: a misspelt name or an empty expression would otherwise be a pass.
 */
function readActionInputs(env) {
    const given = new Set();
    const values = {};
    for (const name of INPUT_NAMES) {
        const value = env[variableOf(name)];
        if (value !== undefined)
            given.add(name);
        values[name] = value ?? definitionOf(name).default ?? '';
    }
    const inputs = { mode: 'action', values: values, given, format: 'text' };
    return { inputs, problems: findMisspelt(env) };
}
function findMisspelt(env) {
    const known = new Set(INPUT_NAMES.map(variableOf));
    return Object.keys(env)
        .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
        .map((variable) => variable.slice('INPUT_'.length).toLowerCase())
        .flatMap((name) => {
        const nearest = nearestName(name, INPUT_NAMES);
        return nearest === null
            ? []
            : [{ input: name, message: 'there is no such input.', hint: `Did you mean ${nearest}?` }];
    });
}

;// CONCATENATED MODULE: ./build/inputs/flags.js


const OWN_FLAGS = ['format', 'password-stdin'];
/** By hand, what cannot be told from a workflow run is not expected. */
const COMMAND_LINE_DEFAULTS = { revision: 'any' };
/** Reads `--name value` and `--name=value`; every input is a flag of the same name. */
function parseFlags(argv) {
    const problems = [];
    const found = new Map();
    for (let at = 0; at < argv.length; at += 1) {
        const argument = argv[at];
        if (!argument.startsWith('--')) {
            problems.push({ input: argument, message: 'this is no flag.', hint: 'Write --image REFERENCE.' });
            continue;
        }
        const [name, inline] = splitFlag(argument.slice(2));
        if (name === 'password-stdin') {
            found.set(name, ['true']);
        }
        else if (!isInputName(name) && name !== 'format') {
            problems.push(unknownFlag(name));
            if (inline === null && argv[at + 1]?.startsWith('--') === false)
                at += 1;
        }
        else {
            const value = inline ?? argv[(at += 1)];
            if (value === undefined)
                problems.push({ input: name, message: 'the flag has no value.' });
            else
                found.set(name, [...(found.get(name) ?? []), value]);
        }
    }
    return { ...assemble(found, problems), passwordStdin: found.has('password-stdin') };
}
function splitFlag(text) {
    const equals = text.indexOf('=');
    return equals === -1 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}
function unknownFlag(name) {
    const known = [...INPUT_NAMES, ...OWN_FLAGS];
    const nearest = nearestName(name, known);
    const hint = nearest === null ? `Flags: ${known.map((flag) => `--${flag}`).join(', ')}.` : `Did you mean --${nearest}?`;
    return { input: `--${name}`, message: 'there is no such flag.', hint };
}
function assemble(found, problems) {
    const given = new Set();
    const values = {};
    for (const name of INPUT_NAMES) {
        const texts = found.get(name);
        if (texts)
            given.add(name);
        if (texts && texts.length > 1 && !definitionOf(name).isList) {
            problems.push({ input: name, message: 'the flag is given more than once.' });
        }
        values[name] = texts?.join('\n') ?? COMMAND_LINE_DEFAULTS[name] ?? definitionOf(name).default ?? '';
    }
    const format = found.get('format')?.at(-1) ?? 'text';
    if (format !== 'text' && format !== 'json') {
        problems.push({ input: 'format', message: `${JSON.stringify(format)} is no format.`, hint: 'Write text or json.' });
    }
    const inputs = {
        mode: 'command-line',
        values: values,
        given,
        format: format === 'json' ? 'json' : 'text',
    };
    return { inputs, problems };
}

;// CONCATENATED MODULE: ./build/inputs/inputs.js




/** By hand as soon as there is a flag, or where no runner has set an input. */
function modeOf(argv, env) {
    const hasInputs = Object.keys(env).some((name) => name.startsWith('INPUT_'));
    return argv.length > 0 || !(env['GITHUB_ACTIONS'] === 'true' || hasInputs) ? 'command-line' : 'action';
}
/** The only reader of inputs and flags. Secrets are registered before anything is written. */
function readInputs(argv, env, secrets) {
    const { inputs, problems } = modeOf(argv, env) === 'action' ? readActionInputs(env) : readCommandLine(argv);
    // A secret that was pasted or read from a file often ends in a line break, which no password has.
    const values = { ...inputs.values, password: inputs.values.password.replace(/\r?\n$/, '') };
    for (const secret of [values.password, values['github-token']])
        secrets.add(secret);
    return { inputs: { ...inputs, values }, problems: [...problems, ...findEmpty(inputs)] };
}
function readCommandLine(argv) {
    const { inputs, problems, passwordStdin } = parseFlags(argv);
    if (!passwordStdin)
        return { inputs, problems };
    if (inputs.given.has('password')) {
        problems.push({
            input: 'password-stdin',
            message: 'the password is given twice, as a flag and on standard input.',
        });
    }
    return { inputs: { ...inputs, values: { ...inputs.values, password: (0,external_node_fs_.readFileSync)(0, 'utf8') } }, problems };
}
/** Fails closed: an expression that evaluated to nothing is never a pass. */
function findEmpty({ values, given }) {
    return INPUT_NAMES.filter((name) => values[name].trim() === '' && !definitionOf(name).mayBeEmpty).map((name) => ({
        input: name,
        message: given.has(name) ? 'it is given, but empty.' : 'it is required.',
        hint: given.has(name) ? 'Did an expression evaluate to nothing?' : 'Name the image to look at.',
    }));
}

;// CONCATENATED MODULE: ./build/deadline.js

/**
 * The time that one look may take. The timer keeps the process alive on purpose: a stalled socket
 * would otherwise let the event loop drain (catalogue S-20).
 */
class Deadline {
    signal;
    #endsAtMs;
    #timer;
    /** @param run aborts with it, also after the look: requests that nobody waits for any more end then */
    constructor(timeoutMs, what, run) {
        const controller = new AbortController();
        run?.addEventListener('abort', () => controller.abort(run.reason), { once: true });
        this.signal = controller.signal;
        this.#endsAtMs = performance.now() + timeoutMs;
        this.#timer = setTimeout(() => {
            controller.abort(new AssertImageError('timeout', `no answer within ${timeoutMs / 1000} s: ${what}.`, {
                hint: 'Is the registry slow or unreachable from this runner? The input timeout sets the limit.',
            }));
        }, timeoutMs);
    }
    msLeft() {
        return this.#endsAtMs - performance.now();
    }
    /** Waits for a promise, but no longer than the deadline: also where it does not listen to the signal. */
    async race(work) {
        this.signal.throwIfAborted();
        let onAbort = () => { };
        const aborted = new Promise((_, reject) => {
            onAbort = () => reject(this.signal.reason);
            this.signal.addEventListener('abort', onAbort, { once: true });
        });
        try {
            return await Promise.race([work, aborted]);
        }
        finally {
            this.signal.removeEventListener('abort', onAbort);
        }
    }
    clear() {
        clearTimeout(this.#timer);
    }
}

;// CONCATENATED MODULE: ./build/reference/platform.js

const OS_ALIASES = { macos: 'darwin' };
const ARCHITECTURE_ALIASES = {
    i386: ['386'],
    x86_64: ['amd64'],
    'x86-64': ['amd64'],
    aarch64: ['arm64'],
    armhf: ['arm', 'v7'],
    armel: ['arm', 'v6'],
};
/** The variant that a bare architecture means, and that is left out when written. */
const IMPLIED_VARIANT = { amd64: 'v1', arm64: 'v8' };
/** Source: containerd/platforms database.go, normalizeOS and normalizeArch. */
function normalizePlatform(platform) {
    const os = platform.os.toLowerCase();
    const asked = platform.architecture.toLowerCase();
    const alias = Object.hasOwn(ARCHITECTURE_ALIASES, asked) ? ARCHITECTURE_ALIASES[asked] : undefined;
    const architecture = alias?.[0] ?? asked;
    let variant = alias?.[1] ?? (platform.variant ?? '').toLowerCase();
    if (/^[0-9]/.test(variant))
        variant = `v${variant}`;
    if (architecture === 'arm' && variant === '')
        variant = 'v7';
    if (variant === IMPLIED_VARIANT[architecture])
        variant = '';
    return {
        os: Object.hasOwn(OS_ALIASES, os) ? OS_ALIASES[os] : os,
        architecture,
        variant,
        osVersion: platform.osVersion ?? '',
    };
}
/** Reads `os/architecture[/variant]`. */
function parseWantedPlatform(text) {
    const parts = text.split('/');
    if ((parts.length !== 2 && parts.length !== 3) || !parts.every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) {
        throw new AssertImageError('input', `${JSON.stringify(text)} is no platform.`, {
            hint: 'Write os/architecture or os/architecture/variant, for example linux/amd64 or linux/arm/v7.',
        });
    }
    const [os, architecture, variant] = parts;
    const normal = normalizePlatform({ os, architecture, variant: variant ?? '' });
    const named = variant !== undefined || /^arm(hf|el)$/i.test(architecture);
    return { os: normal.os, architecture: normal.architecture, variant: named ? normal.variant : null };
}
/** Whether what is offered is what is wanted. Not symmetric: `linux/arm` wants any, and accepts `linux/arm/v6`. */
function satisfies(wanted, offered) {
    return (wanted.os === offered.os &&
        wanted.architecture === offered.architecture &&
        (wanted.variant === null || wanted.variant === offered.variant));
}
/** `os/architecture[/variant][:os.version]`, the version as go-containerregistry writes it. */
function formatPlatform(platform) {
    const variant = platform.variant ? `/${platform.variant}` : '';
    const version = 'osVersion' in platform && platform.osVersion ? `:${platform.osVersion}` : '';
    return `${platform.os || 'unknown'}/${platform.architecture || 'unknown'}${variant}${version}`;
}

;// CONCATENATED MODULE: ./build/expectations/expectation.js
/** `label KEY`, `env NAME`, `annotation KEY`. */
function formatField({ kind, key }) {
    return `${kind} ${key}`;
}
/** The expectation in the words of the contract, always the same for the same meaning. */
function formatExpectation({ field, condition }) {
    const name = formatField(field);
    switch (condition.operator) {
        case 'present':
            return name;
        case 'absent':
            return `!${name}`;
        default:
            return `${name} ${condition.operator} ${formatExpected(condition)}`;
    }
}
/** The right side alone. */
function formatExpected(condition) {
    switch (condition.operator) {
        case '=':
        case '!=':
            return formatValue(condition.value);
        case '=~':
        case '!~':
            return condition.pattern.source;
        case 'in':
        case 'notin':
            return `(${condition.values.map(formatValue).join(', ')})`;
        case 'present':
        case 'absent':
            return condition.operator;
    }
}
/** A value as its author would write it: bare, or a JSON string where bare would read otherwise. */
function formatValue(value) {
    return value !== '' && value === value.trim() && !/^["=~(]|[,\n\r]/.test(value) ? value : JSON.stringify(value);
}
/** Holds also where the key is absent. */
function isNegative({ operator }) {
    return operator === '!=' || operator === '!~' || operator === 'notin' || operator === 'absent';
}

;// CONCATENATED MODULE: ./build/json/strict-json.js

/** Deepest real config: 5. A scanner without a cap is a gift to an attacker. */
const MAX_DEPTH = 64;
/**
 * Reads one JSON object from raw bytes.
 *
 * @param what names the document in errors, for example `manifest sha256:…`
 * @throws AssertImageError `malformed` (no JSON, a BOM, invalid UTF-8, trailing data, too deep) or
 *   `ambiguous` (a name twice in one object)
 */
function parseStrictJson(bytes, what) {
    const text = decode(bytes, what);
    const value = parse(text, what);
    assertUniqueNames(text, what);
    return assertObject(value, what);
}
function assertObject(value, what) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new AssertImageError('malformed', `${what} is ${describe(value)}, not a JSON object.`);
    }
    return value;
}
function describe(value) {
    if (value === undefined)
        return 'absent';
    if (value === null)
        return 'null';
    if (Array.isArray(value))
        return 'a list';
    return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
function decode(bytes, what) {
    try {
        // ignoreBOM keeps a BOM in the text, where JSON.parse refuses it, as Go does.
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch (cause) {
        throw new AssertImageError('malformed', `${what} is not valid UTF-8.`, { cause });
    }
}
function parse(text, what) {
    try {
        return JSON.parse(text);
    }
    catch {
        // V8's message quotes the text, which is the registry's: leave it out.
        throw new AssertImageError('malformed', `${what} is not valid JSON.`, {
            hint: 'It may have been cut short or answered by something other than a registry.',
        });
    }
}
/** Walks text that JSON.parse accepted; iterative, for nesting is the sender's choice. */
function assertUniqueNames(text, what) {
    const open = [];
    let nameExpected = false;
    for (let at = 0; at < text.length; at += 1) {
        const char = text[at];
        if (char === '{' || char === '[') {
            open.push(char === '{' ? new Set() : null);
            if (open.length > MAX_DEPTH) {
                throw new AssertImageError('malformed', `${what} is nested more than ${MAX_DEPTH} levels deep.`);
            }
            nameExpected = char === '{';
        }
        else if (char === '}' || char === ']') {
            open.pop();
            nameExpected = false;
        }
        else if (char === ',') {
            nameExpected = open.at(-1) instanceof Set;
        }
        else if (char === '"') {
            const end = endOfString(text, at);
            const names = open.at(-1);
            if (nameExpected && names) {
                const name = JSON.parse(text.slice(at, end));
                if (names.has(name)) {
                    throw new AssertImageError('ambiguous', `${what} has the name ${JSON.stringify(name.slice(0, 80))} twice in one object.`, {
                        hint: 'Clients differ in which of the two they read: rebuild the image with a builder that writes each once.',
                    });
                }
                names.add(name);
                nameExpected = false;
            }
            at = end - 1;
        }
    }
}
function endOfString(text, start) {
    let at = start + 1;
    while (text[at] !== '"')
        at += text[at] === '\\' ? 2 : 1;
    return at + 1;
}

;// CONCATENATED MODULE: ./build/json/fields.js


/**
 * A reader of one JSON object with known field names. Go matches a struct's fields without regard
 * to case, also for U+212A (k) and U+017F (s): a name that folds to a known one, yet differs, is
 * another value for Docker and none for us, and so an error (catalogue M-22). Unknown names are allowed.
 * `null` is absent (image-spec config.md: "any OPTIONAL field MAY be null").
 */
class Fields {
    #object;
    #what;
    constructor(value, what, known) {
        this.#object = assertObject(value, what);
        this.#what = what;
        assertSpelling(this.#object, what, known);
    }
    has(name) {
        return Object.hasOwn(this.#object, name) && this.#object[name] !== null;
    }
    /** The value as it stands, undefined where it is absent or null. */
    value(name) {
        return this.has(name) ? this.#object[name] : undefined;
    }
    string(name) {
        const value = this.value(name);
        if (value !== undefined && typeof value !== 'string')
            throw this.#wrong(name, 'a string', value);
        return value;
    }
    boolean(name) {
        const value = this.value(name);
        if (value !== undefined && typeof value !== 'boolean')
            throw this.#wrong(name, 'a boolean', value);
        return value;
    }
    /** A whole number that JavaScript holds exactly, at least 0: 9007199254740993 would be rounded. */
    size(name) {
        const value = this.value(name);
        if (value === undefined)
            return undefined;
        if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
            throw this.#wrong(name, 'a whole number of bytes', value);
        }
        return value;
    }
    list(name) {
        const value = this.value(name);
        if (value !== undefined && !Array.isArray(value))
            throw this.#wrong(name, 'a list', value);
        return value;
    }
    strings(name) {
        const list = this.list(name);
        if (list?.some((item) => typeof item !== 'string'))
            throw this.#wrong(name, 'a list of strings', null);
        return list;
    }
    /** A map from string to string, as a Map: `__proto__` and `constructor` are keys like any other. */
    stringMap(name) {
        const value = this.value(name);
        if (value === undefined)
            return new Map();
        const entries = Object.entries(assertObject(value, `${name} in ${this.#what}`));
        for (const [, item] of entries) {
            if (typeof item !== 'string')
                throw this.#wrong(name, 'a map of strings', item);
        }
        return new Map(entries);
    }
    /** The keys of an object of empty objects, such as ExposedPorts. */
    keys(name) {
        const value = this.value(name);
        return value === undefined ? undefined : Object.keys(assertObject(value, `${name} in ${this.#what}`));
    }
    #wrong(name, wanted, value) {
        return new AssertImageError('malformed', `${name} in ${this.#what} is ${describe(value)}, not ${wanted}.`);
    }
}
function assertSpelling(object, what, known) {
    const canonical = new Map(known.map((name) => [fold(name), name]));
    for (const name of Object.keys(object)) {
        const expected = canonical.get(fold(name));
        if (expected !== undefined && expected !== name) {
            throw new AssertImageError('ambiguous', `${what} has the name ${JSON.stringify(name)}, which some clients read as ${JSON.stringify(expected)}.`, {
                hint: 'Rebuild the image with a builder that writes the names of the image specification.',
            });
        }
    }
}
/** Go's simple folding as far as ASCII names can meet it. Source: Go encoding/json fold.go. */
function fold(name) {
    return name.replaceAll('\u212a', 'k').replaceAll('\u017f', 's').toLowerCase();
}

;// CONCATENATED MODULE: ./build/image/config.js




const FILE_NAMES = [
    'created',
    'author',
    'architecture',
    'os',
    'os.version',
    'os.features',
    'variant',
    'config',
    'rootfs',
    'history',
];
const CONFIG_NAMES = [
    'User',
    'ExposedPorts',
    'Env',
    'Entrypoint',
    'Cmd',
    'Volumes',
    'WorkingDir',
    'Labels',
    'StopSignal',
    'ArgsEscaped',
    'Memory',
    'MemorySwap',
    'CpuShares',
    'Healthcheck',
    'OnBuild',
    'Shell',
];
/** @throws AssertImageError `malformed` or `ambiguous` */
function parseConfigFile(bytes, what) {
    const fields = new Fields(parseStrictJson(bytes, what), what, FILE_NAMES);
    const platform = normalizePlatform({
        os: fields.string('os') ?? '',
        architecture: fields.string('architecture') ?? '',
        variant: fields.string('variant') ?? '',
        osVersion: fields.string('os.version') ?? '',
    });
    const rootfs = fields.has('rootfs')
        ? new Fields(fields.value('rootfs'), `rootfs of ${what}`, ['type', 'diff_ids']).list('diff_ids')
        : undefined;
    return {
        platform,
        created: fields.string('created') ?? null,
        // Only `config`: `container_config` is the builder's last container and never asked (catalogue rule 11).
        config: parseConfig(fields.value('config') ?? {}, `config in ${what}`, platform.os === 'windows'),
        history: fields.list('history') ?? [],
        diffIds: rootfs?.length ?? 0,
    };
}
function parseConfig(value, what, foldsCase) {
    const fields = new Fields(value, what, CONFIG_NAMES);
    return {
        labels: fields.stringMap('Labels'),
        env: parseEnv(fields.strings('Env') ?? [], foldsCase),
        user: fields.string('User') ?? '',
        entrypoint: fields.strings('Entrypoint') ?? null,
        cmd: fields.strings('Cmd') ?? null,
        workingDir: fields.string('WorkingDir') ?? '',
        exposedPorts: fields.keys('ExposedPorts') ?? null,
        volumes: fields.keys('Volumes') ?? null,
        stopSignal: fields.string('StopSignal') ?? null,
        raw: value,
    };
}
function parseEnv(entries, foldsCase) {
    const values = new Map();
    const ambiguous = new Set();
    const malformed = [];
    for (const entry of entries) {
        const equals = entry.indexOf('=');
        if (equals <= 0) {
            malformed.push(entry);
            continue;
        }
        const name = foldsCase ? entry.slice(0, equals).toUpperCase() : entry.slice(0, equals);
        const value = entry.slice(equals + 1);
        if (values.has(name) && values.get(name) !== value)
            ambiguous.add(name);
        values.set(name, value);
    }
    return { values, ambiguous, malformed, foldsCase };
}
/**
 * The value of an environment variable, undefined where it is not set.
 *
 * @throws AssertImageError `ambiguous` or `malformed` where the image does not say it in one way only
 */
function lookUpEnv(env, asked) {
    const name = env.foldsCase ? asked.toUpperCase() : asked;
    if (env.ambiguous.has(name)) {
        throw new AssertImageError('ambiguous', `the image sets the environment variable ${JSON.stringify(asked)} twice, to different values.`);
    }
    if (env.malformed.some((entry) => (env.foldsCase ? entry.toUpperCase() : entry) === name)) {
        throw new AssertImageError('malformed', `the image has an environment entry ${JSON.stringify(asked)} without "=".`);
    }
    return env.values.get(name);
}

;// CONCATENATED MODULE: ./build/expectations/lookup.js

/**
 * What one platform of an image says in a field; undefined where it says nothing.
 *
 * @throws AssertImageError `ambiguous` or `malformed` for an environment variable that can be read in two ways
 */
function lookUp(field, platform, image) {
    switch (field.kind) {
        case 'label': {
            const value = platform.configFile.config.labels.get(field.key);
            return value === undefined ? undefined : { value, where: 'label' };
        }
        case 'env': {
            const value = lookUpEnv(platform.configFile.config.env, field.key);
            return value === undefined ? undefined : { value, where: 'env' };
        }
        case 'annotation':
            return lookUpAnnotation(field.key, platform, image);
    }
}
/** The nearest to the platform counts: manifest, else its descriptor in the index, else the index. */
function lookUpAnnotation(key, platform, image) {
    const places = [
        ['annotation of the manifest', platform.manifestAnnotations],
        ['annotation of the descriptor', platform.descriptorAnnotations],
        ['annotation of the index', image.index?.annotations ?? new Map()],
    ];
    for (const [where, annotations] of places) {
        const value = annotations.get(key);
        if (value !== undefined)
            return { value, where };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./build/expectations/explain.js

/** The nearest reason why two texts differ, as a sentence with a space in front; empty where none comes to mind. */
function explainDifference(expected, actual) {
    if (actual === '')
        return ' It is there, but empty.';
    if (actual.normalize('NFKC') === expected.normalize('NFKC'))
        return ' It only looks the same: the characters differ.';
    if (actual.toLowerCase() === expected.toLowerCase())
        return ' It differs only in upper and lower case.';
    if (actual.trim() === expected.trim())
        return ' It differs only in white space at its ends.';
    if (actual === `v${expected}` || expected === `v${actual}`)
        return ' It differs only in a leading "v".';
    if (actual === `${expected}-dirty`)
        return ' It has a "-dirty" suffix: the build had uncommitted changes.';
    const isHex = /^[0-9a-f]{7,}$/i.test(actual) && /^[0-9a-f]{40,64}$/i.test(expected);
    if (isHex && expected.toLowerCase().startsWith(actual.toLowerCase())) {
        return ' It is an abbreviation, which others may share: let the build write the full commit ID.';
    }
    return '';
}
/** Where the key may have gone, as a sentence with a space in front. */
function explainAbsence(field, platform, image) {
    if (field.kind !== 'annotation' && lookUp({ kind: 'annotation', key: field.key }, platform, image)) {
        return ` There is an annotation of that name: expect it in annotations, or let the build write the ${field.kind}.`;
    }
    if (field.kind === 'annotation' && platform.configFile.config.labels.has(field.key)) {
        return ' There is a label of that name: expect it in labels.';
    }
    const sameButCase = keysOf(field, platform, image).find((key) => key.toLowerCase() === field.key.toLowerCase());
    return sameButCase === undefined
        ? ''
        : ` There is ${field.kind} ${sameButCase}, which differs in upper and lower case.`;
}
function keysOf(field, platform, image) {
    switch (field.kind) {
        case 'label':
            return [...platform.configFile.config.labels.keys()];
        case 'env':
            return [...platform.configFile.config.env.values.keys()];
        case 'annotation':
            return [
                ...platform.manifestAnnotations.keys(),
                ...platform.descriptorAnnotations.keys(),
                ...(image.index?.annotations.keys() ?? []),
            ];
    }
}

;// CONCATENATED MODULE: ./build/expectations/check-field.js



/**
 * Evaluates one expectation on one platform; what its author should know besides goes to `notices`.
 *
 * @throws AssertImageError for an environment variable that the image sets in two ways
 */
function checkField(expectation, platform, image, notices) {
    const { field, condition } = expectation;
    const found = lookUp(field, platform, image);
    const outcome = evaluate(condition, found?.value);
    if (outcome.holds && found === undefined && condition.operator !== 'absent') {
        notices.push(`${formatExpectation(expectation)} holds only because ${formatField(field)} is absent.`);
    }
    if (isInheritable(expectation)) {
        notices.push(`${formatExpectation(expectation)}: base images hand this label down, so it may speak of another image. Expect an exact value.`);
    }
    const isShown = field.kind !== 'env' || (!outcome.holds && SHOWS_ENV.has(condition.operator));
    return {
        expectation: formatExpectation(expectation),
        platform: platform.name,
        holds: outcome.holds,
        expected: formatExpected(condition),
        actual: found !== undefined && isShown ? found.value : null,
        message: outcome.holds ? '' : explain(expectation, found, outcome.reason, platform, image),
    };
}
/** The contract: the value of an environment variable is shown only where an equality or pattern on that very name failed. */
const SHOWS_ENV = new Set(['=', '!=', '=~', '!~']);
function evaluate(condition, value) {
    switch (condition.operator) {
        case 'present':
            return { holds: value !== undefined };
        case 'absent':
            return { holds: value === undefined };
        case '=':
            return { holds: value === condition.value };
        case '!=':
            return { holds: value !== condition.value };
        case 'in':
            return { holds: value !== undefined && condition.values.includes(value) };
        case 'notin':
            return { holds: value === undefined || !condition.values.includes(value) };
        case '=~':
        case '!~': {
            if (value === undefined)
                return { holds: condition.operator === '!~' };
            const matches = condition.pattern.matches(value);
            // Neither matching nor not: a text that was not looked at satisfies nobody.
            if (matches === null)
                return { holds: false, reason: `its value is too long to match (${value.length} characters)` };
            return { holds: matches === (condition.operator === '=~') };
        }
    }
}
function explain({ field, condition }, found, reason, platform, image) {
    const name = formatField(field);
    if (reason !== undefined)
        return `${name}: ${reason}.`;
    if (found === undefined)
        return `${name} is absent.${explainAbsence(field, platform, image)}`;
    if (isNegative(condition)) {
        return condition.operator === 'absent' ? `${name} is present.` : `${name} is what it must not be.`;
    }
    if (field.kind === 'env' && !SHOWS_ENV.has(condition.operator))
        return `${name} has another value, which is not shown.`;
    const wanted = condition.operator === '=' ? explainDifference(condition.value, found.value) : '';
    return `${name} has another value.${wanted}`;
}
/** `org.opencontainers.image.*` labels come down from the base image, so that they exist says little (catalogue S-10). */
function isInheritable({ field, condition }) {
    return (field.kind === 'label' &&
        field.key.startsWith('org.opencontainers.image.') &&
        (condition.operator === 'present' || condition.operator === '=~'));
}

;// CONCATENATED MODULE: ./build/expectations/revision.js




/** A full SHA-1 or SHA-256 commit ID; no abbreviation identifies a commit (catalogue S-13). */
function isCommitId(text) {
    return /^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(text);
}
/** Reads `label:KEY, env:NAME, annotation:KEY`. @throws AssertImageError `input` */
function parseRevisionFrom(text) {
    return text.split(/[,\n]/).map((part) => {
        const match = /^(label|env|annotation):(\S+)$/.exec(part.trim());
        if (!match) {
            throw new AssertImageError('input', `${JSON.stringify(part.trim())} does not say where a revision stands.`, {
                hint: 'Write label:KEY, env:NAME or annotation:KEY, several with commas between.',
            });
        }
        return { kind: match[1], key: match[2] };
    });
}
/** What one platform states as its revision: the first of the fields that is present. */
function statedRevision(from, platform, image) {
    for (const field of from) {
        const found = lookUp(field, platform, image);
        if (found)
            return { ...found, field };
    }
    return undefined;
}
/** One check a platform: the stated revision is the expected commit, whole, case ignored. */
function checkRevision(expectation, from, image) {
    const stated = image.platforms.map((platform) => ({ platform, found: statedRevision(from, platform, image) }));
    const isMixed = new Set(stated.map(({ found }) => found?.value.toLowerCase())).size > 1;
    const checks = stated.map(({ platform, found }) => {
        const holds = found !== undefined && isCommitId(found.value) && found.value.toLowerCase() === expectation.commit;
        return {
            expectation: `revision = ${expectation.commit}`,
            platform: platform.name,
            holds,
            expected: expectation.commit,
            actual: found?.field.kind === 'env' && holds ? null : (found?.value ?? null),
            message: holds
                ? ''
                : revision_explain(expectation, from, found, platform, image) +
                    (isMixed ? ' The platforms of this image disagree.' : ''),
        };
    });
    return { checks, notices: [] };
}
function revision_explain({ commit, hints }, from, found, platform, image) {
    if (found === undefined)
        return revision_explainAbsence(from, platform, image);
    const stated = found.value.toLowerCase();
    if (hints.pullRequestHead !== undefined && stated === hints.pullRequestHead.toLowerCase()) {
        return `the image is built from the head of the pull request, ${stated}, and this run is about its merge commit ${commit}. Build what the default checkout gives, or set revision to \${{ github.event.pull_request.head.sha }}.`;
    }
    const nearest = explainDifference(commit, found.value);
    if (nearest !== '')
        return `${formatField(found.field)} is not the commit ${commit}.${nearest}`;
    if (!isCommitId(found.value))
        return `${formatField(found.field)} is no full commit ID.`;
    return `the image is built from another commit, ${stated}.`;
}
function revision_explainAbsence(from, platform, image) {
    const elsewhere = from.find(({ kind, key }) => kind === 'label' && lookUp({ kind: 'annotation', key }, platform, image) !== undefined);
    const names = from.map(formatField).join(', ');
    return elsewhere
        ? `the image does not state its revision in a label, but in the annotation ${elsewhere.key}: set revision-from to annotation:${elsewhere.key}, or let the build write the label.`
        : `the image does not state its revision (${names} ${from.length === 1 ? 'is' : 'are'} absent). Let the build write it, for example with docker/metadata-action, or say where it stands in revision-from.`;
}

;// CONCATENATED MODULE: ./build/expectations/check-image.js



/**
 * Evaluates everything on everything, so that one run tells all that is wrong.
 *
 * @throws AssertImageError where the image does not say in one way only what was asked
 */
function checkImage(image, expectations) {
    const notices = [];
    const perPlatform = image.platforms.flatMap((platform) => expectations.fields.map((expectation) => checkField(expectation, platform, image, notices)));
    const revision = expectations.revision && checkRevision(expectations.revision, expectations.revisionFrom, image);
    return {
        checks: [
            ...image.absent.map((wanted) => absentPlatform(formatPlatform(wanted), image)),
            ...image.platforms.flatMap(checkPlatform),
            ...(expectations.digest === null ? [] : [checkDigest(expectations.digest, image)]),
            ...(revision?.checks ?? []),
            ...perPlatform,
        ],
        notices: [...new Set([...(revision?.notices ?? []), ...notices])],
    };
}
function absentPlatform(wanted, image) {
    const there = image.index?.platforms ?? image.platforms.map(({ name }) => name);
    return {
        expectation: `platform ${wanted}`,
        platform: wanted,
        holds: false,
        expected: 'present',
        actual: there.join(', '),
        message: `the image has no ${wanted}; it has ${there.join(', ')}.`,
    };
}
/** An index that offers a platform which the config denies: nodes would start the wrong program (catalogue M-17). */
function checkPlatform({ name, offered, configFile }) {
    const stated = configFile.platform;
    const isSame = (a) => (stated.os === '' || a.os === stated.os) && (stated.architecture === '' || a.architecture === stated.architecture);
    if (offered === null || isSame(offered))
        return [];
    return [
        {
            expectation: 'platform as the index says',
            platform: name,
            holds: false,
            expected: formatPlatform(offered),
            actual: formatPlatform(stated),
            message: `the index offers this image for ${formatPlatform(offered)}, but its config says ${formatPlatform(stated)}.`,
        },
    ];
}
function checkDigest(expected, image) {
    const holds = image.digest === expected;
    const platform = image.platforms.find(({ manifestDigest }) => manifestDigest === expected);
    const config = image.platforms.find(({ imageId }) => imageId === expected);
    const reason = platform
        ? ` It is the manifest of ${platform.name} in this index: expect the digest of the index, which builds and pushes report.`
        : config
            ? ` It is the image ID (config digest) of ${config.name}: expect the digest that the push reported.`
            : '';
    return {
        expectation: `digest = ${expected}`,
        platform: null,
        holds,
        expected,
        actual: image.digest,
        message: holds ? '' : `it resolves to ${image.digest}, not to ${expected}.${reason}`,
    };
}

;// CONCATENATED MODULE: ./build/expectations/expectations.js
function isNothingExpected({ revision, digest, fields }) {
    return revision === null && digest === null && fields.length === 0;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/reference/digest.js


/** Hex digits by algorithm: those that the image specification registers and Node can compute. */
const ENCODED_LENGTH = { sha256: 64, sha512: 128 };
/**
 * Reads a digest.
 * Source: opencontainers/image-spec descriptor.md, Digests (upper-case hex MUST NOT be used).
 *
 * @throws AssertImageError `input` that says which of algorithm, length or digits is wrong.
 */
function parseDigest(text) {
    const colon = text.indexOf(':');
    const algorithm = text.slice(0, Math.max(colon, 0));
    const encoded = text.slice(colon + 1);
    if (!isAlgorithm(algorithm)) {
        throw new AssertImageError('input', `unsupported digest algorithm ${JSON.stringify(algorithm)}.`, {
            hint: 'Use sha256 or sha512.',
        });
    }
    if (encoded.length !== ENCODED_LENGTH[algorithm]) {
        throw new AssertImageError('input', `invalid checksum digest length: ${algorithm} has ${ENCODED_LENGTH[algorithm]} hex digits, this one ${encoded.length}.`);
    }
    if (!/^[a-f0-9]+$/.test(encoded)) {
        throw new AssertImageError('input', 'invalid checksum digest format: only 0-9 and lower-case a-f are allowed.');
    }
    return text;
}
/** The digest, or null for a text that is none. */
function tryParseDigest(text) {
    try {
        return parseDigest(text);
    }
    catch {
        return null;
    }
}
function algorithmOf(digest) {
    return digest.slice(0, digest.indexOf(':'));
}
/** The digest of raw bytes, as they came over the wire. */
function digestOf(bytes, algorithm = 'sha256') {
    return `${algorithm}:${(0,external_node_crypto_.createHash)(algorithm).update(bytes).digest('hex')}`;
}
function isAlgorithm(text) {
    return Object.hasOwn(ENCODED_LENGTH, text);
}

;// CONCATENATED MODULE: ./build/reference/descriptor.js




const NAMES = ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'];
const PLATFORM_NAMES = ['architecture', 'os', 'os.version', 'os.features', 'variant', 'features'];
/** Source: opencontainers/image-spec descriptor.md. `urls` is never read, for it is never fetched. */
function parseDescriptor(value, what) {
    const fields = new Fields(value, what, NAMES);
    const text = fields.string('digest');
    const digest = text === undefined ? null : tryParseDigest(text);
    const size = fields.size('size');
    const mediaType = fields.string('mediaType');
    if (digest === null)
        throw new AssertImageError('malformed', `${what} has no digest that can be checked.`);
    if (size === undefined)
        throw new AssertImageError('malformed', `${what} has no size.`);
    if (!mediaType)
        throw new AssertImageError('malformed', `${what} has no media type.`);
    return {
        mediaType: mediaType.toLowerCase(),
        digest,
        size,
        annotations: fields.stringMap('annotations'),
        platform: fields.has('platform') ? parsePlatform(fields.value('platform'), what) : null,
        artifactType: fields.string('artifactType') ?? null,
    };
}
/** Null where os or architecture is empty: no runtime selects by that, so it counts as no platform at all. */
function parsePlatform(value, what) {
    const fields = new Fields(value, `the platform of ${what}`, PLATFORM_NAMES);
    const platform = normalizePlatform({
        os: fields.string('os') ?? '',
        architecture: fields.string('architecture') ?? '',
        variant: fields.string('variant') ?? '',
        osVersion: fields.string('os.version') ?? '',
    });
    return platform.os === '' || platform.architecture === '' ? null : platform;
}

;// CONCATENATED MODULE: ./build/reference/media-types.js
/** The media types that a registry may answer a manifest request with. */
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
/**
 * All four in one header: without it, registries convert to schema 1 of linux/amd64.
 * No wildcard, for the same reason. Source: distribution-spec, content negotiation.
 */
const ACCEPT_MANIFESTS = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(', ');
const KINDS = {
    [OCI_INDEX]: 'index',
    [DOCKER_LIST]: 'index',
    [OCI_MANIFEST]: 'manifest',
    [DOCKER_MANIFEST]: 'manifest',
    'application/vnd.docker.distribution.manifest.v1+json': 'schema1',
    'application/vnd.docker.distribution.manifest.v1+prettyjws': 'schema1',
};
/** What a media type says the document is; undefined for one that says nothing about it. */
function kindOf(mediaType) {
    return Object.hasOwn(KINDS, mediaType) ? KINDS[mediaType] : undefined;
}
/** The media type of a Content-Type header: parameters dropped, lower case; null where it names no document. */
function mediaTypeOf(contentType) {
    const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return VAGUE_CONTENT_TYPES.has(mediaType) ? null : mediaType;
}
/** Sent by Artifactory and registry.access.redhat.com in place of the real one (catalogue M-2). */
const VAGUE_CONTENT_TYPES = new Set(['', 'text/plain', 'application/json', 'application/octet-stream']);

;// CONCATENATED MODULE: ./build/image/manifest.js





const manifest_NAMES = [
    'schemaVersion',
    'mediaType',
    'artifactType',
    'config',
    'layers',
    'manifests',
    'annotations',
    'subject',
    'fsLayers',
    'history',
];
/** What belongs to the other kind of document. Source: containers/image ValidateUnambiguousManifestFormat. */
const FOREIGN = {
    index: ['config', 'layers', 'fsLayers', 'history'],
    manifest: ['manifests', 'fsLayers'],
};
/**
 * Reads a manifest or an index from hashed bytes.
 *
 * @param contentType the header it came with, undefined where there was none
 * @throws AssertImageError `malformed`, `ambiguous`, `unsupported` (schema 1) or `not-an-image` (artifacts)
 */
function parseManifest(bytes, contentType, what) {
    const fields = new Fields(parseStrictJson(bytes, what), what, manifest_NAMES);
    const announced = mediaTypeOf(contentType);
    const stated = fields.string('mediaType')?.toLowerCase();
    refuseSchema1(announced, stated, fields, what);
    if (announced !== null && stated !== undefined && announced !== stated) {
        throw new AssertImageError('ambiguous', `${what} came as ${announced} but says that it is ${stated}.`);
    }
    const kind = documentKind(stated ?? announced, fields, what);
    if (fields.value('schemaVersion') !== 2) {
        throw new AssertImageError('malformed', `${what} has no schemaVersion 2.`);
    }
    for (const name of FOREIGN[kind]) {
        if (fields.has(name)) {
            throw new AssertImageError('ambiguous', `${what} is an ${kind === 'index' ? 'index' : 'image manifest'} that also has "${name}".`, {
                hint: 'Clients differ in how they read it (CVE-2021-41190): rebuild the image.',
            });
        }
    }
    const mediaType = stated ?? announced ?? (kind === 'index' ? OCI_INDEX : OCI_MANIFEST);
    return kind === 'index' ? readIndex(fields, mediaType, what) : readManifest(fields, mediaType, what);
}
function refuseSchema1(announced, stated, fields, what) {
    const isSchema1 = kindOf(announced ?? '') === 'schema1' || kindOf(stated ?? '') === 'schema1' || fields.value('schemaVersion') === 1;
    if (isSchema1) {
        throw new AssertImageError('unsupported', `${what} is in Docker's old schema 1 format, which is not supported.`, {
            hint: 'Its digest is not that of its bytes, and containerd 2 does not pull it either: build and push the image with a current builder.',
        });
    }
}
function documentKind(mediaType, fields, what) {
    const byType = kindOf(mediaType ?? '');
    if (byType === 'index' || byType === 'manifest')
        return byType;
    if (mediaType) {
        throw new AssertImageError('not-an-image', `${what} is ${JSON.stringify(mediaType)}, not a container image.`);
    }
    const isIndex = fields.has('manifests');
    const isManifest = fields.has('config') || fields.has('layers');
    if (isIndex === isManifest) {
        throw new AssertImageError(isIndex ? 'ambiguous' : 'malformed', `${what} is ${isIndex ? 'both' : 'neither'} an image index ${isIndex ? 'and' : 'nor'} an image manifest.`);
    }
    return isIndex ? 'index' : 'manifest';
}
function readIndex(fields, mediaType, what) {
    const entries = fields.list('manifests');
    if (entries === undefined)
        throw new AssertImageError('malformed', `${what} has no list of manifests.`);
    refuseArtifact(fields.string('artifactType'), what);
    return {
        kind: 'index',
        mediaType,
        manifests: entries.map((entry, at) => parseDescriptor(entry, `entry ${at + 1} of ${what}`)),
        annotations: fields.stringMap('annotations'),
    };
}
function readManifest(fields, mediaType, what) {
    refuseArtifact(fields.string('artifactType'), what);
    const config = parseDescriptor(fields.value('config'), `the config of ${what}`);
    // image-spec: an unknown config media type must not be parsed. Helm charts, signatures, wasm, empty configs.
    if (config.mediaType !== OCI_CONFIG && config.mediaType !== DOCKER_CONFIG) {
        throw notAnImage(`its config is ${JSON.stringify(config.mediaType)}`, what);
    }
    const layers = fields.list('layers');
    if (layers === undefined)
        throw new AssertImageError('malformed', `${what} has no list of layers.`);
    return {
        kind: 'manifest',
        mediaType,
        config,
        layers: layers.map((layer, at) => parseDescriptor(layer, `layer ${at + 1} of ${what}`)),
        annotations: fields.stringMap('annotations'),
    };
}
function refuseArtifact(artifactType, what) {
    if (artifactType)
        throw notAnImage(`its artifactType is ${JSON.stringify(artifactType)}`, what);
}
function notAnImage(reason, what) {
    return new AssertImageError('not-an-image', `${what} is not a container image: ${reason}.`, {
        hint: 'Signatures, charts and build caches live in registries too; check the reference.',
    });
}

;// CONCATENATED MODULE: ./build/image/image.js





/** An index in an index in an index: more has never been seen. */
const MAX_INDEX_DEPTH = 3;
/** In an index and all that are nested in it; the largest official images have about 30, with attestations. */
const MAX_ENTRIES = 100;
/** Reads a document and all that is to be checked below it; children and configs side by side. */
async function readImage(source, tagOrDigest, wanted) {
    const document = await source.manifest(tagOrDigest);
    const top = image_parse(document);
    if (top.kind === 'manifest') {
        const single = await readPlatform(source, document.digest, top, null);
        return image_assemble(document, null, [single], wanted, []);
    }
    const tree = await readIndexTree(source, top, { depth: 1, budget: { entries: MAX_ENTRIES } });
    const runnable = tree.filter((entry) => entry.skip === null);
    if (runnable.length === 0) {
        throw new AssertImageError('not-an-image', `the index ${document.digest} holds no image that a runtime could start.`);
    }
    const chosen = runnable.filter(({ descriptor }) => isAsked(descriptor.platform, wanted));
    const read = await Promise.all(chosen.map((entry) => readChild(source, entry)));
    return image_assemble(document, { index: top, tree }, read, wanted, runnable);
}
/** All entries of an index and of the indexes in it, in order. */
async function readIndexTree(source, index, { depth, budget }) {
    budget.entries -= index.manifests.length;
    if (budget.entries < 0) {
        throw new AssertImageError('too-large', `the index names more than ${MAX_ENTRIES} images; no more are read.`);
    }
    const entries = [];
    for (const descriptor of index.manifests) {
        const skip = reasonToSkip(descriptor) ?? (await reasonOfContent(source, descriptor));
        if (skip !== null || kindOf(descriptor.mediaType) !== 'index') {
            entries.push([{ descriptor, skip }]);
            continue;
        }
        if (depth >= MAX_INDEX_DEPTH) {
            throw new AssertImageError('unsupported', `the index ${descriptor.digest} is nested more than ${MAX_INDEX_DEPTH} deep.`);
        }
        const nested = image_parse(await fetchChild(source, descriptor));
        if (nested.kind !== 'index')
            throw disagreement(descriptor, nested.mediaType);
        entries.push(await readIndexTree(source, nested, { depth: depth + 1, budget }));
    }
    return entries.flat();
}
/** What an entry without platform and known type turns out to be: some clients start it as linux/amd64 all the same. */
async function reasonOfContent(source, descriptor) {
    if (descriptor.platform !== null || kindOf(descriptor.mediaType) !== undefined)
        return null;
    try {
        const document = image_parse(await fetchChild(source, descriptor));
        throw disagreement(descriptor, document.mediaType);
    }
    catch (error) {
        if (error instanceof AssertImageError && NO_IMAGE.has(error.code))
            return `no image: ${descriptor.mediaType}`;
        throw error;
    }
}
/** Codes by which an entry shows that nobody can start it. */
const NO_IMAGE = new Set(['not-an-image', 'malformed', 'unsupported', 'incomplete']);
/**
 * Why an entry is no candidate for any runtime, or null. An attestation is known by its platform
 * only: runtimes select by platform, so an annotation alone must not let an image escape the
 * check (catalogue M-13).
 */
function reasonToSkip(descriptor) {
    const { platform } = descriptor;
    if (platform?.os === 'unknown' && platform.architecture === 'unknown') {
        return descriptor.annotations.get('vnd.docker.reference.type') === 'attestation-manifest'
            ? 'attestation'
            : 'platform unknown/unknown';
    }
    return null;
}
/** An entry without a platform is a candidate for every platform (catalogue rule 9). */
function isAsked(offered, wanted) {
    return wanted === 'all' || offered === null || wanted.some((platform) => satisfies(platform, offered));
}
async function readChild(source, { descriptor }) {
    const document = await fetchChild(source, descriptor);
    const manifest = image_parse(document);
    if (manifest.kind !== 'manifest' || manifest.mediaType !== descriptor.mediaType) {
        throw disagreement(descriptor, manifest.mediaType);
    }
    return readPlatform(source, document.digest, manifest, descriptor);
}
async function fetchChild(source, descriptor) {
    const document = await whole(descriptor.digest, source.manifest(descriptor.digest));
    if (document.bytes.length !== descriptor.size) {
        throw new AssertImageError('digest-mismatch', `the manifest ${descriptor.digest} has ${document.bytes.length} bytes, its index says ${descriptor.size}.`);
    }
    return document;
}
async function readPlatform(source, manifestDigest, manifest, descriptor) {
    const bytes = await whole(manifestDigest, source.blob(manifest.config));
    const configFile = parseConfigFile(bytes, `the config ${manifest.config.digest}`);
    const platform = descriptor?.platform ?? configFile.platform;
    return {
        name: formatPlatform(platform),
        platform,
        offered: descriptor?.platform ?? null,
        manifestDigest,
        mediaType: manifest.mediaType,
        imageId: manifest.config.digest,
        manifestAnnotations: manifest.annotations,
        descriptorAnnotations: descriptor?.annotations ?? new Map(),
        configFile,
        layers: manifest.layers,
        size: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    };
}
/** What is missing below an image that was found is no missing image: somebody deletes or copies just now. */
async function whole(parent, reading) {
    try {
        return await reading;
    }
    catch (error) {
        if (!(error instanceof AssertImageError) || error.code !== 'missing')
            throw error;
        throw new AssertImageError('incomplete', `the image is incomplete: ${error.message}`, {
            hint: `It was found, but not all that it names (${parent}). A push or copy may be under way, or a clean-up removed parts of it.`,
            cause: error,
        });
    }
}
function image_assemble(document, above, read, wanted, runnable) {
    const checked = new Set(read.map((image) => image.manifestDigest));
    const name = ({ descriptor }) => descriptor.platform === null ? `no platform (${descriptor.digest})` : formatPlatform(descriptor.platform);
    return {
        digest: document.digest,
        mediaType: above?.index.mediaType ?? read[0].mediaType,
        index: above && { platforms: runnable.map(name), annotations: above.index.annotations },
        platforms: distinctNames(read),
        absent: wanted === 'all' ? [] : wanted.filter((platform) => !read.some((image) => satisfies(platform, image.platform))),
        unchecked: runnable.filter(({ descriptor }) => !checked.has(descriptor.digest)).map(name),
        skipped: (above?.tree ?? []).flatMap(({ descriptor, skip }) => skip === null ? [] : [{ digest: descriptor.digest, reason: skip }]),
    };
}
/** Two entries of one platform are both checked, for clients differ in which they take (catalogue M-14). */
function distinctNames(read) {
    const seen = new Map();
    return read.map((image) => {
        const count = (seen.get(image.name) ?? 0) + 1;
        seen.set(image.name, count);
        return count === 1 ? image : { ...image, name: `${image.name} (${count})` };
    });
}
function image_parse(document) {
    return parseManifest(document.bytes, document.contentType, `the manifest ${document.digest}`);
}
function disagreement(descriptor, mediaType) {
    return new AssertImageError('ambiguous', `the index lists ${descriptor.digest} as ${descriptor.mediaType}, but it is ${mediaType}.`);
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./build/reference/address.js

/** Ranges: IANA special-purpose registries; fd00:ec2::254 (AWS) and 100.100.100.200 (Alibaba) are metadata services. */
const RANGES = [
    [
        'metadata',
        [
            ['169.254.0.0', 16, 'ipv4'],
            ['100.100.100.200', 32, 'ipv4'],
            ['fe80::', 10, 'ipv6'],
            ['fd00:ec2::254', 128, 'ipv6'],
        ],
    ],
    [
        'loopback',
        [
            ['127.0.0.0', 8, 'ipv4'],
            ['::1', 128, 'ipv6'],
        ],
    ],
    [
        'unspecified',
        [
            ['0.0.0.0', 8, 'ipv4'],
            ['::', 128, 'ipv6'],
        ],
    ],
    [
        'private',
        [
            ['10.0.0.0', 8, 'ipv4'],
            ['172.16.0.0', 12, 'ipv4'],
            ['192.168.0.0', 16, 'ipv4'],
            ['100.64.0.0', 10, 'ipv4'],
            ['fc00::', 7, 'ipv6'],
        ],
    ],
];
const LISTS = RANGES.map(([kind, ranges]) => {
    const list = new external_node_net_.BlockList();
    for (const [network, prefix, family] of ranges)
        list.addSubnet(network, prefix, family);
    return [kind, list];
});
/** The kind of a literal address (no brackets; IPv4-mapped IPv6 counts as its IPv4), or null for a name. */
function addressKind(address) {
    const family = (0,external_node_net_.isIP)(address);
    if (family === 0)
        return null;
    for (const [kind, list] of LISTS) {
        if (list.check(address, family === 6 ? 'ipv6' : 'ipv4'))
            return kind;
    }
    return 'public';
}
/** The kind of the host of a URL: brackets are dropped, and `localhost` is loopback by name (RFC 6761). */
function hostKind(hostname) {
    if (hostname === 'localhost')
        return 'loopback';
    return addressKind(hostname.replace(/^\[|\]$/g, ''));
}

;// CONCATENATED MODULE: ./build/reference/host.js


const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]+)?$/;
const IPV6 = /^\[[a-f0-9:]+\](:[0-9]+)?$/;
/** Other names of Docker Hub, all one registry. */
const ALIASES = {
    'index.docker.io': 'docker.io',
    'registry-1.docker.io': 'docker.io',
};
/**
 * The canonical `host[:port]` of a registry: lower case, Docker Hub by its one name.
 * What a URL parser would read as another host (`0x7f.1`, `127.1`) is refused, for then the
 * registry asked is not the registry that was written.
 *
 * @throws AssertImageError `input`
 */
function parseRegistryHost(text) {
    const host = text.toLowerCase();
    if (!DOMAIN.test(host) && !IPV6.test(host))
        throw invalidHost(text, 'it is no host name or address');
    const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
        throw invalidHost(text, `port out of range: ${port}`);
    }
    if (!URL.canParse(`https://${host}`))
        throw invalidHost(text, 'it is no host name or address');
    const url = new URL(`https://${host}`);
    if (url.host !== host.replace(/:443$/, '')) {
        throw invalidHost(text, `a URL reads it as ${url.host}; write that`);
    }
    const kind = hostKind(url.hostname);
    if (kind === 'metadata' || kind === 'unspecified') {
        throw invalidHost(text, 'it is a link-local, metadata or unspecified address, where no registry lives');
    }
    return Object.hasOwn(ALIASES, host) ? ALIASES[host] : host;
}
function invalidHost(text, reason) {
    return new AssertImageError('input', `invalid registry host ${JSON.stringify(text)}: ${reason}.`);
}

;// CONCATENATED MODULE: ./build/reference/reference.js



const PATH_COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** distribution/reference `RepositoryNameTotalLengthMax`. */
const MAX_REPOSITORY_CHARS = 255;
const DEFAULT_TAG = 'latest';
/** Prefixes by which other tools name other places than a registry. */
const TRANSPORTS = /^(oci|oci-archive|oci-layout|docker-archive|docker-daemon|containers-storage|dir|ostree|https?):/i;
/**
 * Reads a reference as Docker does (grammar: distribution/reference `regexp.go`, normalisation:
 * `normalize.go`), with its known traps turned into errors: a gate must never ask about a
 * repository other than the one its author meant.
 *
 * @throws AssertImageError `input`; the text is not repeated where it may hold a password.
 */
function parseReference(input) {
    if (input === '') {
        throw new AssertImageError('input', 'the image reference is empty.', {
            hint: 'Did an expression or a variable evaluate to nothing?',
        });
    }
    refuseCredentials(input);
    const text = input.startsWith('docker://') ? input.slice('docker://'.length) : input;
    refuseForeignText(text, input);
    const [named, digestText] = text.split('@');
    const { name, tag } = splitTag(named, input);
    refuseOneSegmentTraps(name, tag, input);
    const { registry, repository } = splitRegistry(name, input);
    return { registry, repository, tag, digest: digestText === undefined ? null : readDigest(digestText, input) };
}
/** The canonical text; a tag and a digest both stand in it. */
function formatReference(reference) {
    const tag = reference.tag === null ? '' : `:${reference.tag}`;
    const digest = reference.digest === null ? '' : `@${reference.digest}`;
    const fallback = tag === '' && digest === '' ? `:${DEFAULT_TAG}` : '';
    return `${reference.registry}/${reference.repository}${tag}${digest}${fallback}`;
}
/** `registry/repository@digest`: what later steps should use. */
function formatPinned(reference, digest) {
    return `${reference.registry}/${reference.repository}@${digest}`;
}
/** The last segment of the manifest URL: the digest where there is one, else the tag. */
function tagOrDigest(reference) {
    return reference.digest ?? tagOf(reference) ?? DEFAULT_TAG;
}
/** The tag that is resolved: null where a digest is read instead. */
function tagOf(reference) {
    return reference.digest === null ? (reference.tag ?? DEFAULT_TAG) : null;
}
/** An `@` that starts no digest may end a password or a token: such a text is never repeated. */
function refuseCredentials(input) {
    const rest = input.replace(/@(sha256|sha384|sha512|md5|blake3):[0-9a-zA-Z]*$/, '');
    if (!rest.includes('@'))
        return;
    throw new AssertImageError('input', 'the image reference has an "@" that starts no digest; it may hold credentials, so it is not repeated here.', {
        hint: 'A digest is written @sha256:…; did an expression evaluate to nothing? Credentials go into the inputs username and password, or come from docker/login-action.',
    });
}
function refuseForeignText(text, input) {
    if (/\$|\{\{|\}\}/.test(text)) {
        throw invalid(input, 'it holds an unexpanded variable or expression', 'In a workflow, write ${{ … }}.');
    }
    if (/[\s\u0000-\u001f\u007f]/u.test(text))
        throw invalid(input, 'it holds white space or a control character');
    const transport = TRANSPORTS.exec(text)?.[1];
    if (transport === undefined)
        return;
    if (/^https?$/i.test(transport))
        throw invalid(input, 'it is a URL', 'Leave out the scheme: host/repository:tag.');
    throw invalid(input, `the transport "${transport}:" is not supported here`, `An OCI image layout is oci-layout:PATH[:tag]. For an image on Docker Hub that is called "${transport}", write docker.io/library/${transport}.`);
}
function splitTag(named, input) {
    const colon = named.lastIndexOf(':');
    // An IPv6 host and a port also have colons, but a tag's comes after the last slash and bracket.
    if (colon <= Math.max(named.lastIndexOf('/'), named.lastIndexOf(']')))
        return { name: named, tag: null };
    const name = named.slice(0, colon);
    const tag = named.slice(colon + 1);
    if (tag === '')
        throw invalid(input, 'the tag is empty', 'Did an expression evaluate to nothing?');
    if (name === '')
        throw invalid(input, 'the repository is missing', 'Did an expression evaluate to nothing?');
    if (!TAG.test(tag)) {
        throw invalid(input, `${JSON.stringify(tag)} is no tag (letters, digits, "_", "." and "-", at most 128)`);
    }
    return { name, tag };
}
/** What Docker silently takes for an official image on Docker Hub, and nobody means so. */
function refuseOneSegmentTraps(name, tag, input) {
    if (name.includes('/'))
        return;
    const full = `docker.io/library/${name}${tag === null ? '' : `:${tag}`}`;
    const hint = `Write host/repository:tag; if you do mean the official image on Docker Hub, write ${full}.`;
    if (name === 'localhost' || name.startsWith('[') || name.includes('.')) {
        throw invalid(input, 'it looks like a registry host, and the repository is missing', hint);
    }
    if (tag !== null && looksLikePort(tag)) {
        throw invalid(input, 'it looks like host:port, and the repository is missing', hint);
    }
    if (/^[a-f0-9]{64}$/.test(name) || (/^sha(256|512)$/.test(name) && tag !== null && /^[a-f0-9]{64,}$/.test(tag))) {
        throw invalid(input, 'it is a bare digest', 'Write registry/repository@sha256:….');
    }
}
/** Ports in use by registries; `node:20` and `redis:7` are tags, `app:20261101` is no port. */
function looksLikePort(tag) {
    if (!/^[1-9][0-9]*$/.test(tag))
        return false;
    const port = Number(tag);
    return port === 80 || port === 443 || (port >= 1024 && port <= 65535);
}
function splitRegistry(name, input) {
    const slash = name.indexOf('/');
    const first = name.slice(0, Math.max(slash, 0));
    if (slash === 0)
        throw invalid(input, 'it begins with "/"', 'Did an expression before it evaluate to nothing?');
    const isHost = first === 'localhost' || /[.:[]/.test(first);
    if (!isHost && first !== first.toLowerCase()) {
        throw invalid(input, `${JSON.stringify(first)} would be taken as a registry host`, `Did you mean ${name.toLowerCase()}?`);
    }
    const registry = isHost ? readHost(first, input) : 'docker.io';
    const path = isHost ? name.slice(slash + 1) : name;
    const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
    assertRepository(repository, registry, input);
    return { registry, repository };
}
function assertRepository(repository, registry, input) {
    if (repository !== repository.toLowerCase()) {
        const hint = registry === 'ghcr.io'
            ? 'GitHub owner and repository names may have capitals, image names not: in a shell, ${GITHUB_REPOSITORY,,} is the lower-case form.'
            : `Did you mean ${registry}/${repository.toLowerCase()}?`;
        throw invalid(input, `the repository name (${repository}) must be lowercase`, hint);
    }
    if (!repository.split('/').every((component) => PATH_COMPONENT.test(component))) {
        throw invalid(input, `${JSON.stringify(repository)} is no repository name`);
    }
    if (repository.length > MAX_REPOSITORY_CHARS) {
        throw invalid(input, `the repository name must not be more than ${MAX_REPOSITORY_CHARS} characters`);
    }
}
function readHost(text, input) {
    try {
        return parseRegistryHost(text);
    }
    catch (error) {
        throw invalid(input, error.message.replace(/\.$/, ''));
    }
}
function readDigest(text, input) {
    try {
        return parseDigest(text);
    }
    catch (error) {
        const { message, hint } = error;
        throw invalid(input, message.replace(/\.$/, ''), hint);
    }
}
function invalid(input, reason, hint) {
    return new AssertImageError('input', `invalid reference ${JSON.stringify(input)}: ${reason}.`, { hint });
}

;// CONCATENATED MODULE: ./build/verdict.js
/** From best to worst. */
const RESULTS = ['pass', 'fail', 'missing', 'error'];
/** Every expectation on every image: the worst result decides. No image at all is no pass. */
function judge(looks) {
    const worst = Math.max(...looks.map(({ result }) => RESULTS.indexOf(result)));
    return { result: RESULTS[worst] ?? 'error', looks, error: null };
}
function verdictOfError(error) {
    return { result: 'error', looks: [], error };
}
/** The result of one look whose image was read. */
function resultOfChecks(checks) {
    return checks.every(({ holds }) => holds) ? 'pass' : 'fail';
}
/** 0, 1 or 2 as the contract has it. `error` is 2 whatever `fail-on-mismatch` says. */
function exitCodeOf(result, failOnMismatch) {
    if (result === 'pass')
        return 0;
    if (result === 'error')
        return 2;
    return failOnMismatch ? 1 : 0;
}

;// CONCATENATED MODULE: ./build/look.js







/** Reads one image and checks it. Never throws: what goes wrong is the result of the look. */
async function lookAt(reference, registries, settings) {
    const deadline = new Deadline(settings.timeoutMs, formatReference(reference), registries.signal);
    try {
        const source = registries.repository(reference).within(deadline);
        const image = await deadline.race(readImage(source, tagOrDigest(reference), settings.platforms));
        const { checks, notices } = checkImage(image, settings.expectations);
        return {
            reference,
            result: resultOfChecks(checks),
            image,
            checks,
            notices: [...notesOn(reference, settings), ...notices],
            error: null,
        };
    }
    catch (thrown) {
        const error = toAssertImageError(thrown);
        const result = error.code === 'missing' ? 'missing' : 'error';
        return { reference, result, image: null, checks: [], notices: [], error };
    }
    finally {
        deadline.clear();
    }
}
function notesOn({ tag, digest }, { expectations, platforms }) {
    const notes = [];
    if (tag !== null && digest !== null)
        notes.push(`the digest was read; that the tag ${tag} points to it was not checked.`);
    if (tag === null && digest === null)
        notes.push('the reference has no tag; latest was read, which anyone who pushes moves.');
    if (isNothingExpected(expectations) && platforms === 'all') {
        notes.push('nothing is expected of this image but that it can be read. Set revision, digest, labels or env.');
    }
    return notes;
}

// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./build/source/registry/ca-file.js




const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/**
 * The authorities of a PEM file beside the default ones; undefined for no file, so that the default
 * roots, which take a while to parse, are parsed only where they must be named.
 *
 * @throws AssertImageError `input`
 */
function readCaFile(file) {
    if (file === '')
        return undefined;
    const certificates = readText(file).match(CERTIFICATE) ?? [];
    if (certificates.length === 0 || !certificates.every(isCertificate)) {
        throw wrong(file, 'it holds no certificate in PEM form, or one that cannot be read');
    }
    return [...(0,external_node_tls_.getCACertificates)('default'), ...certificates];
}
function readText(file) {
    try {
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch (error) {
        throw wrong(file, `it cannot be read (${error.code})`);
    }
}
function isCertificate(pem) {
    try {
        return new external_node_crypto_.X509Certificate(pem).subject !== '';
    }
    catch {
        return false;
    }
}
function wrong(file, reason) {
    return new AssertImageError('input', `ca-file: ${JSON.stringify(file)}: ${reason}.`, {
        hint: 'Name a file that begins with -----BEGIN CERTIFICATE-----, by its path from the workspace.',
    });
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
;// CONCATENATED MODULE: ./build/source/registry/credential-helper.js


/** Cloud helpers ask a metadata service; docker itself waits without end. */
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const NAME = /^[A-Za-z0-9._-]+$/;
/** Answers that mean "I know nothing". Source: docker-credential-helpers credentials/error.go. */
const NOT_FOUND = new Set([
    'credentials not found in native keychain',
    'no credentials server URL',
    'no credentials username',
]);
/** User name by which a helper says that the secret is an identity token. Source: docker/cli native_store.go. */
const IDENTITY_TOKEN_USERNAME = '<token>';
/**
 * Asks `docker-credential-<name> get`. No shell; our own secrets are not in its environment; its
 * output is the secret, and is shown nowhere, not even in errors.
 *
 * @returns null where the helper knows nothing of this registry
 * @throws AssertImageError `credentials`
 */
async function askCredentialHelper(name, serverUrl, env, signal) {
    if (!NAME.test(name))
        throw failed(JSON.stringify(name.slice(0, 40)), 'its name is not allowed');
    const program = `docker-credential-${name}`;
    const { exitCode, stdout, failure } = await execute(program, serverUrl, withoutOurSecrets(env), signal);
    if (failure !== null)
        throw failed(program, failure);
    if (exitCode !== 0) {
        if (NOT_FOUND.has(stdout.trim()))
            return null;
        throw failed(program, `it ended with exit code ${exitCode}`);
    }
    return readAnswer(stdout, program);
}
function readAnswer(stdout, program) {
    let answer;
    try {
        answer = JSON.parse(stdout);
    }
    catch {
        throw failed(program, 'its answer is not JSON');
    }
    const { Username: username, Secret: secret } = answer ?? {};
    if (typeof username !== 'string' || typeof secret !== 'string')
        throw failed(program, 'its answer lacks Username or Secret');
    if (username === '' && secret === '')
        return null;
    if (username === '' || secret === '')
        throw failed(program, 'its answer has an empty Username or Secret');
    return username === IDENTITY_TOKEN_USERNAME
        ? { kind: 'identity-token', token: secret, from: program, fallback: null }
        : { kind: 'basic', username, password: secret, from: program };
}
function execute(program, input, env, signal) {
    return new Promise((resolve) => {
        const options = {
            env,
            signal,
            timeout: TIMEOUT_MS,
            killSignal: 'SIGKILL',
            maxBuffer: MAX_OUTPUT_BYTES,
            windowsHide: true,
        };
        const child = (0,external_node_child_process_.execFile)(program, ['get'], options, (error, stdout) => {
            if (error === null)
                return resolve({ exitCode: 0, stdout, failure: null });
            if (typeof error.code === 'number')
                return resolve({ exitCode: error.code, stdout, failure: null });
            const failure = error.code === 'ENOENT'
                ? 'it is not installed'
                : error.killed
                    ? `it did not answer within ${TIMEOUT_MS / 1000} s`
                    : `it could not be run (${error.code ?? error.signal ?? 'unknown'})`;
            resolve({ exitCode: -1, stdout: '', failure });
        });
        child.stdin?.on('error', () => { }); // A helper may end without reading.
        child.stdin?.end(input);
    });
}
/** Cloud variables stay, for helpers need them; what was given to this step does not. */
function withoutOurSecrets(env) {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(INPUT_|ACTIONS_|GITHUB_TOKEN$|DOCKER_AUTH_CONFIG$)/i.test(name)));
}
function failed(program, reason) {
    return new AssertImageError('credentials', `the credential helper ${program} failed: ${reason}.`, {
        hint: 'The docker configuration names it for this registry. Mend the helper, or give username and password.',
    });
}

;// CONCATENATED MODULE: ./build/source/registry/credentials.js

/** The first store that has something decides; one that cannot be read is an error, never a reason to go on without. */
async function findCredentials(stores, registry, repository) {
    for (const store of stores) {
        const found = await store(registry, repository);
        if (found)
            return found;
    }
    return { kind: 'anonymous' };
}
const DOCKER_HUB_KEYS = ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io'];
/** The key under which docker's helpers keep a registry. */
function helperKey(registry) {
    return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
/**
 * Finds the entry for a repository: its own path first, then each parent, then the host. A key for
 * a path serves nothing outside that path, and hosts match whole or not at all (catalogue A-21).
 */
function findAuth(auths, registry, repository) {
    const hosts = registry === 'docker.io' ? DOCKER_HUB_KEYS : [registry];
    const normal = new Map([...auths].toReversed().map(([key, entry]) => [normalizeKey(key), [key, entry]]));
    const segments = repository.split('/');
    for (let length = segments.length; length >= 0; length -= 1) {
        for (const host of hosts) {
            if (host.startsWith('https:') && length > 0)
                continue; // a URL names the host alone
            const key = normalizeKey([host, ...segments.slice(0, length)].join('/'));
            const found = normal.get(key);
            // An empty entry only says that a helper has the rest.
            if (found && Object.keys(found[1]).length > 0)
                return [...found];
        }
    }
    return null;
}
/** Scheme and a URL's path dropped, host in lower case. `host/v1/` is a URL without its scheme. */
function normalizeKey(key) {
    const scheme = /^https?:\/\//i.exec(key)?.[0] ?? '';
    const rest = key.slice(scheme.length).replace(/\/+$/, '');
    const slash = rest.indexOf('/');
    const host = (slash === -1 ? rest : rest.slice(0, slash)).toLowerCase();
    const path = slash === -1 ? '' : rest.slice(slash);
    return scheme !== '' || path === '/v1' || path === '/v2' ? host : host + path;
}
/**
 * Credentials of an entry.
 *
 * @param from says where it stands, for errors; the entry itself is never shown
 * @throws AssertImageError `credentials` for an entry that is set and cannot be read
 */
function readAuthEntry(entry, from) {
    if (entry.registrytoken)
        return { kind: 'registry-token', token: entry.registrytoken, from };
    const [username, password] = entry.auth ? decodeAuth(entry.auth, from) : [entry.username ?? '', entry.password ?? ''];
    const isComplete = username !== '' && password !== '';
    const basic = isComplete ? { kind: 'basic', username, password, from } : null;
    // docker keeps the user name beside an identity token, and an empty password.
    if (entry.identitytoken)
        return { kind: 'identity-token', token: entry.identitytoken, from, fallback: basic };
    if (basic === null && (username !== '' || password !== ''))
        throw unreadable(from, 'user name or password is empty');
    return basic;
}
function decodeAuth(auth, from) {
    // `base64` of coreutils breaks lines, and Go's decoder skips the breaks.
    const encoded = auth.replace(/[\r\n]/g, '');
    const bytes = Buffer.from(encoded, 'base64');
    // Buffer.from skips what is no base64 without a word: encode again and compare.
    if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
        throw unreadable(from, '"auth" is not base64');
    }
    const text = bytes.toString('utf8');
    const colon = text.indexOf(':');
    if (colon <= 0)
        throw unreadable(from, '"auth" is not the base64 form of user:password');
    // docker pads with NULs, and strips them when reading.
    return [text.slice(0, colon), text.slice(colon + 1).replace(/^\0+|\0+$/g, '')];
}
function unreadable(from, reason) {
    return new AssertImageError('credentials', `the credentials in ${from} cannot be read: ${reason}.`, {
        hint: 'Log in again, for example with docker/login-action.',
    });
}

;// CONCATENATED MODULE: ./build/source/registry/docker-config.js






/**
 * The places where other tools leave credentials, in order of precedence: the variable of docker's
 * CLI, its file, and the files of podman, buildah and skopeo (containers-auth.json.5).
 */
function dockerConfigStores(env, signal) {
    const home = env['HOME'] || (0,external_node_os_.homedir)();
    const files = [
        env['DOCKER_CONFIG'] ? external_node_path_.join(env['DOCKER_CONFIG'], 'config.json') : external_node_path_.join(home, '.docker', 'config.json'),
        env['REGISTRY_AUTH_FILE'],
        env['XDG_RUNTIME_DIR'] && external_node_path_.join(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json'),
        external_node_path_.join(env['XDG_CONFIG_HOME'] || external_node_path_.join(home, '.config'), 'containers', 'auth.json'),
    ].filter((file) => file !== undefined && file !== '');
    const variable = env['DOCKER_AUTH_CONFIG'];
    return [
        ...(variable ? [storeOf(async () => variable, 'DOCKER_AUTH_CONFIG', env, signal)] : []),
        ...files.map((file) => storeOf(() => readIfThere(file), file, env, signal)),
    ];
}
/** A store over one text, read at the first question and once. */
function storeOf(read, name, env, signal) {
    let config;
    return async (registry, repository) => {
        config ??= read().then((text) => (text === null ? null : parseDockerConfig(text, name)));
        const known = await config;
        if (known === null)
            return null;
        const helper = findHelper(known, registry);
        if (helper !== null)
            return askCredentialHelper(helper, helperKey(registry), env, signal);
        const found = findAuth(known.auths, registry, repository);
        return found && readAuthEntry(found[1], `${name} (${JSON.stringify(found[0])})`);
    };
}
/** A helper for this very host, else the store for all. Where there is one, `auths` is not asked (as docker does). */
function findHelper({ credHelpers, credsStore }, registry) {
    const hosts = registry === 'docker.io' ? ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io'] : [registry];
    for (const host of hosts) {
        const helper = credHelpers.get(host);
        if (helper !== undefined)
            return helper;
    }
    return credsStore;
}
async function readIfThere(file) {
    try {
        return await (0,promises_.readFile)(file, 'utf8');
    }
    catch (error) {
        const { code } = error;
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return null;
        throw docker_config_unreadable(file, `it cannot be read (${code})`);
    }
}
function parseDockerConfig(text, name) {
    let json;
    try {
        json = JSON.parse(text);
    }
    catch {
        // The text holds credentials: say no more of it.
        throw docker_config_unreadable(name, 'it is not valid JSON');
    }
    const root = asObject(json, name, 'it');
    const auths = asObject(root['auths'] ?? {}, name, '"auths"');
    const credHelpers = asObject(root['credHelpers'] ?? {}, name, '"credHelpers"');
    return {
        auths: new Map(Object.entries(auths).map(([key, value]) => [key, readEntry(value, name)])),
        credHelpers: new Map(Object.entries(credHelpers).map(([key, value]) => [key, asText(value, name, '"credHelpers"')])),
        credsStore: root['credsStore'] ? asText(root['credsStore'], name, '"credsStore"') : null,
    };
}
const ENTRY_NAMES = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'];
function readEntry(value, name) {
    const object = asObject(value, name, 'an entry of "auths"');
    const texts = ENTRY_NAMES.filter((key) => object[key]).map((key) => [
        key,
        asText(object[key], name, 'an entry of "auths"'),
    ]);
    return Object.fromEntries(texts);
}
function asObject(value, name, what) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value;
    throw docker_config_unreadable(name, `${what} is not a JSON object`);
}
function asText(value, name, what) {
    if (typeof value === 'string')
        return value;
    throw docker_config_unreadable(name, `${what} holds something that is not text`);
}
function docker_config_unreadable(name, reason) {
    return new AssertImageError('credentials', `the docker configuration ${name} cannot be used: ${reason}.`, {
        hint: 'Mend or remove it. It is not skipped, for then the registry would be asked without credentials.',
    });
}

;// CONCATENATED MODULE: ./build/source/registry/proxy.js



const SCHEMES = new Set(['http:', 'https:', 'socks5:']);
/**
 * The proxy for a URL as curl chooses it (curl(1), ENVIRONMENT): lower case wins, upper-case
 * HTTP_PROXY does not count (a web server sets it from a request), ALL_PROXY for what is left,
 * NO_PROXY by name and its subdomains, address or network. Loopback is always direct.
 *
 * @throws AssertImageError `input` at the first use, for a proxy that cannot be one
 */
function proxiesOf(env, secrets) {
    const first = (...names) => {
        const name = names.find((candidate) => env[candidate]);
        return name === undefined ? null : [name, env[name]];
    };
    const byProtocol = {
        'https:': first('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
        'http:': first('http_proxy', 'all_proxy', 'ALL_PROXY'),
    };
    const isDirect = parseNoProxy(env['no_proxy'] || env['NO_PROXY'] || '');
    const parsed = new Map();
    return (url) => {
        const variable = byProtocol[url.protocol];
        if (!variable || hostKind(url.hostname) === 'loopback' || isDirect(url))
            return null;
        const [name, text] = variable;
        const proxy = parsed.get(name) ?? parseProxy(name, text, secrets);
        parsed.set(name, proxy);
        return proxy;
    };
}
/** The value may hold a password, so no error repeats it. */
function parseProxy(name, text, secrets) {
    const full = /^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`;
    const url = URL.canParse(full) ? new URL(full) : null;
    if (url === null || !SCHEMES.has(url.protocol)) {
        throw new AssertImageError('input', `the variable ${name} holds no proxy that can be used.`, {
            hint: 'Write http://host:port, https://host:port or socks5://host:port.',
        });
    }
    if (url.password !== '')
        secrets.addBasic(decodeURIComponent(url.username), decodeURIComponent(url.password));
    return url;
}
/** Comma or white space between; `*` for all; `.example.com` is `example.com`; `host:port`; `10.0.0.0/8`. */
function parseNoProxy(text) {
    const entries = text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((entry) => entry !== '');
    const networks = new external_node_net_.BlockList();
    for (const entry of entries)
        addNetwork(networks, entry);
    return ({ hostname, port, protocol }) => {
        const host = hostname
            .toLowerCase()
            .replace(/^\[|\]$/g, '')
            .replace(/\.$/, '');
        const family = (0,external_node_net_.isIP)(host);
        if (family !== 0 && networks.check(host, family === 6 ? 'ipv6' : 'ipv4'))
            return true;
        const actualPort = port || (protocol === 'https:' ? '443' : '80');
        return entries.some((entry) => {
            if (entry === '*')
                return true;
            const [, name = entry, entryPort] = /^(.*?)(?::([0-9]+))?$/.exec(entry.replace(/^\*?\./, '')) ?? [];
            if (entryPort !== undefined && entryPort !== actualPort)
                return false;
            return host === name || (family === 0 && host.endsWith(`.${name}`));
        });
    };
}
function addNetwork(networks, entry) {
    const [address = '', prefix] = entry.replace(/^\[|\]$/g, '').split('/');
    const family = (0,external_node_net_.isIP)(address);
    if (family === 0)
        return;
    const type = family === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined)
        networks.addAddress(address, type);
    else if (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32)) {
        networks.addSubnet(address, Number(prefix), type);
    }
}

;// CONCATENATED MODULE: ./build/source/registry/hosts.js

/** Docker Hub answers its API under another name than the one in references. Source: containerd resolver.go DefaultHost. */
function apiHost(registry) {
    return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}
/** HTTPS, unless the settings name this very registry. Never a fall-back. */
function registryOrigin(registry, plainHttp) {
    const host = apiHost(registry);
    const { hostname } = new URL(`https://${host}`);
    const isPlain = (plainHttp.loopback && hostKind(hostname) === 'loopback') || plainHttp.hosts.includes(registry);
    return new URL(`${isPlain ? 'http' : 'https'}://${host}`).origin;
}
/** Token services on another host that may see credentials, by registry. Sources: catalogue A-15. */
const BUILT_IN_AUTH_HOSTS = {
    'docker.io': ['auth.docker.io', 'hub.docker.com'],
    'registry.gitlab.com': ['gitlab.com'],
    'nvcr.io': ['authn.nvidia.com'],
};
/** Whether a token service may see the credentials of a registry: exactly this host and port, no suffixes. */
function isTrustedAuthHost(registry, realm, trusted) {
    if (realm.host === new URL(`${realm.protocol}//${apiHost(registry)}`).host)
        return true;
    const builtIn = Object.hasOwn(BUILT_IN_AUTH_HOSTS, registry) ? BUILT_IN_AUTH_HOSTS[registry] : undefined;
    if (builtIn?.includes(realm.host))
        return true;
    return trusted.some((pair) => pair.registry === registry && pair.authHost === realm.host);
}

;// CONCATENATED MODULE: ./build/source/registry/advice.js
const GHCR = 'On ghcr.io the job needs "permissions: packages: read", and a private package must give this repository access (package settings, Manage Actions access). ghcr.io also denies access to packages that do not exist: check the name.';
const ECR = 'ECR tokens live 12 hours, and an expired one is denied without a challenge: log in again in this job with aws-actions/amazon-ecr-login (user name AWS), with a role that has ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.';
const ACR = 'Azure wants a service principal, a token name, or the user 00000000-0000-0000-0000-000000000000 with the token of "az acr login --expose-token", and the role AcrPull.';
const GOOGLE = 'Artifact Registry wants the user oauth2accesstoken with the output of "gcloud auth print-access-token", or _json_key with a whole key file, and the role Artifact Registry Reader.';
const GITLAB = 'GitLab wants a deploy token or a personal access token with read_registry, or in its own CI gitlab-ci-token; "access forbidden" also stands for projects that do not exist.';
const ADVICE = [
    { registry: 'ghcr.io', anonymous: GHCR, rejected: GHCR },
    {
        registry: 'docker.io',
        anonymous: 'On Docker Hub a private and a missing repository look the same: check the name, or log in with docker/login-action.',
        rejected: 'Docker Hub wants the Docker ID (not the e-mail address) and a personal access token as the password; it also rejects wrong credentials for public images.',
    },
    {
        registry: /^[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)$/,
        anonymous: ECR,
        rejected: ECR,
    },
    {
        registry: 'public.ecr.aws',
        anonymous: 'Public ECR needs no credentials: check the name.',
        rejected: 'Public ECR rejects expired credentials also for public images: log out of public.ecr.aws, or log in again with aws-actions/amazon-ecr-login and registry-type: public.',
    },
    { registry: /^[a-z0-9-]+\.azurecr\.(io|cn|us)$/, anonymous: ACR, rejected: ACR },
    { registry: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)$/, anonymous: GOOGLE, rejected: GOOGLE },
    { registry: 'registry.gitlab.com', anonymous: GITLAB, rejected: GITLAB },
    {
        registry: 'quay.io',
        anonymous: 'Quay answers the same for private and missing repositories: check the name, or log in.',
        rejected: 'Quay wants a robot account (organisation+robot) with read permission on this repository.',
    },
    {
        registry: /^[a-z0-9-]+\.jfrog\.io$/,
        anonymous: 'Artifactory wants a user name and an identity token.',
        rejected: 'Artifactory wants a user name and an identity token of that user; is it expired or revoked?',
    },
    {
        registry: 'nvcr.io',
        anonymous: 'NGC wants the user $oauthtoken and an API key.',
        rejected: 'NGC wants the user $oauthtoken (in a shell, quote it) and an API key.',
    },
];
const GENERAL = {
    anonymous: 'Give username and password, or log in with docker/login-action in a step before.',
    rejected: 'Check user name and password or token: is it expired, does it allow to pull this repository, and did a shell eat a "$" in it (Harbor robots are robot$name)?',
};
function unauthorizedHint(registry, hadCredentials) {
    const advice = ADVICE.find((entry) => typeof entry.registry === 'string' ? entry.registry === registry : entry.registry.test(registry)) ?? GENERAL;
    return hadCredentials ? advice.rejected : advice.anonymous;
}

;// CONCATENATED MODULE: ./build/source/registry/answer-errors.js


/** Status and what the registry says of it, for a message. */
function describeAnswer(answer) {
    const [first] = answer.errors;
    return first ? `HTTP ${answer.status}, ${first.code}: ${first.message || 'no message'}` : `HTTP ${answer.status}`;
}
/** Codes by which some registries deny with a 404 (Harbor, Nexus). */
const DENIALS = new Set(['UNAUTHORIZED', 'DENIED']);
/** What a 404 means by its body alone: only a registry's own words make an image missing. */
function notFoundMeaning(answer) {
    const { errors } = answer;
    if (errors.length === 0)
        return 'unclear';
    return errors.some(({ code }) => DENIALS.has(code.toUpperCase())) ? 'denied' : 'missing';
}
/** The error for any answer that is neither 200 nor a plain 404. */
function toAnswerError(answer, what, registry, hadCredentials) {
    const { status } = answer;
    const seen = describeAnswer(answer);
    const hint = unauthorizedHint(registry, hadCredentials);
    if (status === 401)
        return new AssertImageError('unauthorized', `${registry} refuses to show ${what}: ${seen}.`, { hint });
    if (status === 403 || (status === 404 && notFoundMeaning(answer) === 'denied')) {
        return new AssertImageError('denied', `${registry} denies access to ${what}: ${seen}.`, { hint });
    }
    if (status === 429) {
        return new AssertImageError('rate-limited', `${registry} limits the rate: ${seen}${rateLimit(answer)}.`, {
            hint: hadCredentials
                ? 'Wait, or spread the jobs.'
                : 'Signing in raises the limit: give username and password, or log in with docker/login-action.',
        });
    }
    if (status >= 500)
        return new AssertImageError('unavailable', `${registry} is in trouble: ${seen}, when asked for ${what}.`);
    return new AssertImageError('protocol', `${registry} gave an answer that no registry gives to a request for ${what}: ${seen}.`, {
        hint: 'Is this the address of a registry?',
    });
}
/** Docker Hub: `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 0;w=21600`. */
function rateLimit({ headers }) {
    const number = (name) => /^[0-9]{1,9}/.exec(String(headers[name] ?? ''))?.[0];
    const remaining = number('ratelimit-remaining');
    const limit = number('ratelimit-limit');
    const after = number('retry-after');
    return [
        remaining === undefined ? '' : `; ${remaining} of ${limit ?? 'unknown'} requests are left`,
        after === undefined ? '' : `; it asks to wait ${after} s`,
    ].join('');
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/source/registry/retry.js


/** Statuses that a later request may not see again. Source: catalogue H-2; 499 and 522 as go-containerregistry. */
const RETRIED_STATUSES = new Set([408, 429, 499, 500, 502, 503, 504, 522]);
const RETRIED_CODES = new Set(['unreachable', 'timeout']);
/** Three more tries at about 0.3, 0.9 and 2.7 s: rides out a restart, and is over before a person wonders. */
const FIRST_DELAY_MS = 300;
const GROWTH = 3;
const MAX_RETRIES = 3;
/** A registry that wants a longer pause gets none: the error says so. */
const MAX_RETRY_AFTER_MS = 60_000;
/**
 * Sends until an answer stands: one that is no fault of the moment, or the last of the tries. A
 * digest mismatch is never seen here, for bodies are hashed above.
 *
 * @param msLeft what remains of the deadline; no pause outlives it
 */
async function withRetries(send, signal, msLeft) {
    for (let retry = 0;; retry += 1) {
        const outcome = await attempt(send);
        const isLast = retry === MAX_RETRIES;
        if (outcome instanceof AssertImageError) {
            if (isLast || signal.aborted || !RETRIED_CODES.has(outcome.code))
                throw outcome;
        }
        else if (isLast || !RETRIED_STATUSES.has(outcome.status)) {
            return outcome;
        }
        const pause = pauseMs(retry, outcome instanceof AssertImageError ? undefined : outcome.headers['retry-after']);
        if (pause === null || pause >= msLeft()) {
            if (outcome instanceof AssertImageError)
                throw outcome;
            return outcome;
        }
        await (0,external_node_timers_promises_.setTimeout)(pause, undefined, { signal }).catch(() => {
            throw signal.reason instanceof AssertImageError ? signal.reason : outcome;
        });
    }
}
async function attempt(send) {
    try {
        return await send();
    }
    catch (error) {
        if (error instanceof AssertImageError)
            return error;
        throw error;
    }
}
/** How long to wait before the next try, or null where the registry asks for more patience than we have. */
function pauseMs(retry, retryAfter) {
    const asked = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
    if (asked !== null)
        return asked > MAX_RETRY_AFTER_MS ? null : asked;
    // Full jitter around the step, so that the jobs of a matrix do not come back together.
    return FIRST_DELAY_MS * GROWTH ** retry * (0.5 + Math.random());
}
/** Milliseconds from now, of both forms of Retry-After (RFC 9110 section 10.2.3); null where absent, past or unreadable. */
function parseRetryAfter(header, nowMs) {
    if (header === undefined)
        return null;
    const text = header.trim();
    const ms = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
    return Number.isFinite(ms) && ms > 0 ? ms : null;
}

;// CONCATENATED MODULE: ./build/source/registry/token.js




/** Tokens with many grants reach some 10 KiB; oras-go and the catalogue use the same limit. */
const MAX_TOKEN_BYTES = 128 * 1024;
const CLIENT_ID = 'assert-image';
/**
 * Gets a bearer token. Sources: distribution `docs/content/spec/auth/token.md` (GET with Basic) and
 * `oauth.md` (POST with a refresh token).
 *
 * @throws AssertImageError `unauthorized` where the service rejects the credentials: never tried again without them
 */
async function fetchToken(request) {
    const answer = await ask(request);
    if (answer.status === 200)
        return readToken(answer);
    throw tokenError(answer, request);
}
/** Services without OAuth2 say no to a POST (GCR and Gitea 404, ACR 400, Artifactory 401): then GET, if there is a password. */
const NO_OAUTH2 = new Set([400, 401, 404, 405]);
async function ask(request) {
    const { credentials, signal, msLeft } = request;
    const retried = (send) => withRetries(send, signal, msLeft);
    if (credentials.kind !== 'identity-token')
        return retried(() => get(request, credentials));
    const answer = await retried(() => post(request, credentials.token));
    const { fallback } = credentials;
    return fallback && NO_OAUTH2.has(answer.status) ? retried(() => get(request, fallback)) : answer;
}
async function get({ transport, realm, service, scope, signal }, credentials) {
    const url = new URL(realm);
    // The realm may have a query of its own.
    if (service !== undefined)
        url.searchParams.append('service', service);
    url.searchParams.append('scope', scope);
    const headers = credentials.kind === 'basic'
        ? { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}` }
        : {};
    return transport.send({ method: 'GET', url, headers, maxBytes: MAX_TOKEN_BYTES, signal });
}
/** A refresh token travels in the body only, never in a query that proxies log. */
async function post({ transport, realm, service, scope, signal }, refreshToken) {
    const form = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: CLIENT_ID,
        scope,
        refresh_token: refreshToken,
    });
    if (service !== undefined)
        form.set('service', service);
    return transport.send({
        method: 'POST',
        url: realm,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        maxBytes: MAX_TOKEN_BYTES,
        signal,
    });
}
/** Where a service does not say how long a token lives, or less (distribution token.md; containers/image). */
const MIN_LIFETIME_S = 60;
/** `token` and `access_token` mean the same; where both stand, clients take the second. */
function readToken(answer) {
    const body = parseJson(answer.body);
    const token = body?.access_token || body?.token;
    const seconds = typeof body?.expires_in === 'number' ? Math.max(body.expires_in, MIN_LIFETIME_S) : MIN_LIFETIME_S;
    if (typeof token === 'string' && token !== '')
        return { text: token, lifetimeMs: seconds * 1000 };
    throw new AssertImageError('protocol', `the token service ${answer.url.host} answered without a token.`);
}
function tokenError(answer, { registry, credentials }) {
    const host = answer.url.host;
    const seen = describeAnswer(answer);
    if (answer.status >= 300 && answer.status < 400) {
        return new AssertImageError('protocol', `the token service ${host} answered with a redirect; not followed.`);
    }
    if (answer.status === 429)
        return new AssertImageError('rate-limited', `the token service ${host} limits the rate: ${seen}.`);
    if (answer.status >= 500)
        return new AssertImageError('unavailable', `the token service ${host} is in trouble: ${seen}.`);
    if (credentials.kind === 'anonymous') {
        return new AssertImageError('unauthorized', `${registry} gives no token without credentials: ${seen}.`, {
            hint: unauthorizedHint(registry, false),
        });
    }
    return new AssertImageError('unauthorized', `the credentials for ${registry} (from ${credentials.from}) were rejected by ${host}: ${seen}.`, {
        hint: unauthorizedHint(registry, true),
    });
}
/** Null for what is no JSON: the body may hold a token, so nothing is said of it. */
function parseJson(body) {
    try {
        return JSON.parse(Buffer.from(body).toString('utf8'));
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./build/source/registry/authorization.js



/** No real token is shorter. */
const MIN_TOKEN_CHARS = 16;
/** A token that is about to expire may be refused on its way. */
const RENEW_BEFORE_MS = 10_000;
/**
 * Answers a registry's challenges: which credentials, in which form, to whom. One per repository;
 * what it hands out is sent to the registry's own origin only.
 */
class Authorizer {
    #options;
    #grants = new Map();
    #hasSentCredentials = false;
    constructor(options) {
        this.#options = options;
    }
    /** Whether a refusal is about credentials, or about their absence. */
    get hasSentCredentials() {
        return this.#hasSentCredentials;
    }
    /** The header that worked before, to spare the next request its 401. */
    async header(scope, signal, msLeft) {
        const grant = await this.#grants.get(scope);
        if (grant === undefined || performance.now() < grant.expiresAtMs)
            return grant?.header;
        // A wait may outlive a token: a new one is asked for before the registry has to say so.
        return this.answer({ challenges: grant.challenges, scope, rejected: grant.header, signal, msLeft });
    }
    /**
     * The header to try after a 401. Requests side by side share one exchange.
     *
     * @throws AssertImageError `unauthorized`, `protocol`, `credentials` or what the token service's connection gives
     */
    async answer(question) {
        const known = this.#grants.get(question.scope);
        const grant = await known;
        if (grant !== undefined && grant.header !== question.rejected)
            return grant.header;
        // Somebody else may have begun an exchange while we waited for the old one.
        const current = this.#grants.get(question.scope);
        if (current !== undefined && current !== known)
            return (await current).header;
        const pending = this.#exchange(question);
        this.#grants.set(question.scope, pending);
        try {
            return (await pending).header;
        }
        catch (error) {
            this.#grants.delete(question.scope);
            throw error;
        }
    }
    async #exchange({ challenges, scope, signal, msLeft }) {
        const { registry, secrets } = this.#options;
        const credentials = await this.#options.credentials();
        register(credentials, secrets);
        this.#hasSentCredentials = credentials.kind !== 'anonymous';
        const challenge = choose(challenges, registry);
        const lasting = { challenges, expiresAtMs: Infinity };
        if (challenge.authScheme === 'basic')
            return { header: basicHeader(credentials, registry), ...lasting };
        if (credentials.kind === 'registry-token') {
            return { header: bearerHeader(credentials.token, credentials.from), ...lasting };
        }
        const realm = this.#readRealm(challenge);
        const shown = this.#assertMaySee(realm, credentials);
        const { transport } = this.#options;
        const service = challenge.parameters.get('service');
        const token = await fetchToken({ transport, registry, realm, service, scope, credentials: shown, signal, msLeft });
        const header = bearerHeader(token.text, realm.host);
        // The service chooses this text: one as short as `sha256:` would mask our own outputs.
        secrets.add(token.text, MIN_TOKEN_CHARS);
        const expiresAtMs = performance.now() + token.lifetimeMs - RENEW_BEFORE_MS;
        return { header, challenges, expiresAtMs };
    }
    /** The address of the token service: HTTPS (HTTP only where the registry is spoken to in HTTP), nothing hidden in it. */
    #readRealm({ parameters }) {
        const { registry, origin } = this.#options;
        const text = parameters.get('realm') ?? '';
        if (text === '')
            throw badRealm(registry, 'none (no realm)');
        if (!URL.canParse(text, origin))
            throw badRealm(registry, 'something that is no URL');
        const realm = new URL(text, origin);
        realm.hash = '';
        if (realm.username !== '' || realm.password !== '')
            throw badRealm(registry, 'a URL with credentials in it');
        if (realm.protocol === 'http:' && origin.startsWith('https:')) {
            throw badRealm(registry, `${realm.protocol}//${realm.host}`, 'A registry behind HTTPS has to name its token service by https; Harbor and Artifactory behind a proxy need their external URL set to https.');
        }
        if (realm.protocol !== 'https:' && realm.protocol !== 'http:')
            throw badRealm(registry, realm.protocol);
        return realm;
    }
    /** Credentials for a host that was told to have them; anonymous for any other; never a silent downgrade. */
    #assertMaySee(realm, credentials) {
        const { registry, trustedAuthHosts } = this.#options;
        if (credentials.kind === 'anonymous' || isTrustedAuthHost(registry, realm, trustedAuthHosts))
            return credentials;
        throw new AssertImageError('unauthorized', `${registry} asked to send credentials to ${realm.host}; refused.`, {
            hint: `If ${realm.host} is the token service of ${registry}, add ${registry}=${realm.host} to trusted-auth-hosts.`,
        });
    }
}
/** Bearer before Basic, as every client; what else there is (Negotiate, Digest) nobody uses for images. */
function choose(challenges, registry) {
    const chosen = challenges.find(({ authScheme }) => authScheme === 'bearer') ??
        challenges.find(({ authScheme }) => authScheme === 'basic');
    if (chosen)
        return chosen;
    const offered = challenges.map(({ authScheme }) => authScheme).join(', ') || 'none that can be read';
    throw new AssertImageError('protocol', `${registry} wants authentication by a scheme that is not supported (${offered}).`, {
        hint: 'Supported are Bearer and Basic.',
    });
}
function basicHeader(credentials, registry) {
    if (credentials.kind === 'basic') {
        return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
    }
    const what = credentials.kind === 'anonymous' ? 'none are configured' : `${credentials.from} has only a token`;
    throw new AssertImageError('unauthorized', `${registry} wants a user name and password, and ${what}.`, {
        hint: 'Give username and password, or log in with docker/login-action in a step before.',
    });
}
function bearerHeader(token, from) {
    // Visible ASCII only: a line break would write the next header.
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new AssertImageError('protocol', `the token of ${from} holds characters that no token has.`);
    }
    return `Bearer ${token}`;
}
function register(credentials, secrets) {
    if (credentials.kind === 'anonymous')
        return;
    const basic = credentials.kind === 'basic' ? credentials : null;
    const fallback = credentials.kind === 'identity-token' ? credentials.fallback : null;
    for (const pair of [basic, fallback])
        if (pair)
            secrets.addBasic(pair.username, pair.password);
    if (credentials.kind !== 'basic')
        secrets.add(credentials.token);
}
function badRealm(registry, seen, hint) {
    return new AssertImageError('protocol', `${registry} names as its token service ${seen}; not asked.`, { hint });
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./build/source/registry/challenge.js
/**
 * Reads WWW-Authenticate headers. Grammar, RFC 9110 section 11:
 *
 *     challenge  = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 *     auth-param = token BWS "=" BWS ( token / quoted-string )
 *
 * with what registries really send: several challenges in one header, several headers, unquoted
 * values with `/` and `:` in them. A header that cannot be read to its end gives the challenges in
 * front of the fault, never half a parameter list: the faulty challenge itself is left out.
 */
function parseChallenges(headers) {
    const list = headers === undefined ? [] : typeof headers === 'string' ? [headers] : headers;
    return list.flatMap((header) => readHeader(header));
}
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** token68 and the unquoted URLs of real registries; stops at white space and comma. */
const LOOSE_VALUE = /[^\s,"]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SPACE = /[ \t]*/y;
function readHeader(header) {
    const challenges = [];
    let at = 0;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(header);
        if (match)
            at = pattern.lastIndex;
        return match;
    };
    const skipCommas = () => {
        do
            take(SPACE);
        while (header[at] === ',' && (at += 1));
    };
    skipCommas();
    while (at < header.length) {
        const authScheme = take(TOKEN)?.[0].toLowerCase();
        if (authScheme === undefined)
            return challenges;
        const parameters = new Map();
        for (;;) {
            const before = at;
            take(SPACE);
            if (parameters.size > 0) {
                if (at < header.length && header[at] !== ',')
                    return challenges;
                skipCommas();
            }
            const name = take(TOKEN)?.[0].toLowerCase();
            take(SPACE);
            if (name === undefined || header[at] !== '=') {
                // No parameter: the next scheme begins here, or the header ends. Negotiate and NTLM send a token68.
                at = before;
                break;
            }
            at += 1;
            take(SPACE);
            const quoted = take(QUOTED);
            const value = quoted ? quoted[1].replaceAll(/\\(.)/g, '$1') : take(LOOSE_VALUE)?.[0];
            if (value === undefined)
                return challenges;
            if (!parameters.has(name))
                parameters.set(name, value);
        }
        challenges.push({ authScheme, parameters });
        take(SPACE);
        if (at < header.length && header[at] !== ',') {
            // A token68 or garbage behind the scheme: of no use to us, skip to the next challenge.
            const comma = header.indexOf(',', at);
            at = comma === -1 ? header.length : comma;
        }
        skipCommas();
    }
    return challenges;
}

;// CONCATENATED MODULE: ./build/source/registry/redirects.js

/** Registries need one hop, two at the most; Go stops at 10, fetch at 20. */
const MAX_HOPS = 5;
const MAX_LOCATION_CHARS = 8192;
const FOLLOWED = new Set([301, 302, 303, 307, 308]);
/**
 * Sends a GET or HEAD and follows redirects by hand. `Authorization` and every other header of
 * ours stay with the origin that was asked: once the chain has left it they do not come back, not
 * even on a hop home (catalogue R-3 to R-7).
 *
 * @throws AssertImageError `protocol` for a redirect that is not to be followed
 */
async function sendFollowing(transport, first) {
    const origin = first.url.origin;
    const seen = new Set([first.url.href]);
    let exchange = first;
    let leftOrigin = false;
    for (let hop = 0;; hop += 1) {
        const answer = await transport.send(exchange);
        if (!FOLLOWED.has(answer.status))
            return { ...answer, leftOrigin };
        if (hop === MAX_HOPS)
            throw refused(first.url, `more than ${MAX_HOPS} redirects`);
        const next = readLocation(answer);
        if (seen.has(next.href))
            throw refused(first.url, 'a loop of redirects');
        seen.add(next.href);
        leftOrigin ||= next.origin !== origin;
        exchange = { ...exchange, url: next, headers: leftOrigin ? acceptOnly(first) : exchange.headers };
    }
}
function readLocation({ url, headers }) {
    const location = headers['location'];
    if (typeof location !== 'string' || location === '')
        throw refused(url, 'a redirect without a Location');
    if (location.length > MAX_LOCATION_CHARS || !/^[\x21-\x7e]+$/.test(location)) {
        throw refused(url, 'a Location that is too long or not plain ASCII');
    }
    if (!URL.canParse(location, url.href))
        throw refused(url, 'a Location that is no URL');
    const next = new URL(location, url);
    if (next.username !== '' || next.password !== '')
        throw refused(url, 'a Location with credentials in it');
    if (next.protocol !== 'https:' && next.protocol !== 'http:')
        throw refused(url, `a redirect to ${next.protocol}`);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
        throw refused(url, `a redirect from https to http (${next.host})`, 'The registry has to name its storage by https.');
    }
    next.hash = '';
    return next;
}
function acceptOnly({ headers }) {
    return headers['accept'] === undefined ? {} : { accept: headers['accept'] };
}
/** Host only: the query of a storage URL is a signature that opens it. */
function refused(url, what, hint) {
    return new AssertImageError('protocol', `${url.host} answered with ${what}; not followed.`, { hint });
}

;// CONCATENATED MODULE: ./build/source/registry/registry.js








/** "At least 4 megabytes" (distribution-spec); containers/image reads no more either. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Configs carry labels, and some builders write megabytes of them (catalogue M-8). */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;
/** One repository of a registry, by the distribution specification's pull API. */
class Registry {
    #options;
    /** A digest is fetched once in a run, whoever asks. */
    #documents = new Map();
    #blobs = new Map();
    constructor(options) {
        this.#options = options;
    }
    /** This repository as a source for one look, bounded by its deadline. */
    within(deadline) {
        return {
            manifest: (tagOrDigest) => deadline.race(this.#manifest(tagOrDigest, deadline)),
            blob: (descriptor) => deadline.race(this.#blob(descriptor, deadline)),
        };
    }
    async #manifest(tagOrDigest, deadline) {
        const digest = tryParseDigest(tagOrDigest);
        if (digest)
            return once(this.#documents, digest, () => this.#fetchManifest(tagOrDigest, digest, deadline));
        const document = await this.#fetchManifest(tagOrDigest, null, deadline);
        this.#documents.set(document.digest, Promise.resolve(document));
        return document;
    }
    async #fetchManifest(tagOrDigest, asked, deadline) {
        const what = `${this.#name}${asked ? '@' : ':'}${tagOrDigest}`;
        const path = `manifests/${tagOrDigest}`;
        const answer = await this.#get(path, what, { accept: ACCEPT_MANIFESTS, maxBytes: MAX_MANIFEST_BYTES }, deadline);
        const bytes = verified(answer, asked, MAX_MANIFEST_BYTES, what);
        const digest = asked ?? digestOf(bytes);
        if (asked === null)
            assertAnnouncedDigest(answer, bytes, what);
        return { bytes, digest, contentType: header(answer, 'content-type') };
    }
    async #blob(descriptor, deadline) {
        const bytes = await once(this.#blobs, descriptor.digest, () => this.#fetchBlob(descriptor, deadline));
        // Outside of the cache: two manifests may name one config, and only one of them rightly.
        if (bytes.length !== descriptor.size) {
            const what = `the config ${descriptor.digest} of ${this.#name}`;
            throw new AssertImageError('digest-mismatch', `${what} has ${bytes.length} bytes, its manifest says ${descriptor.size}.`);
        }
        return bytes;
    }
    async #fetchBlob({ digest, size }, deadline) {
        const what = `the config ${digest} of ${this.#name}`;
        if (size > MAX_CONFIG_BYTES) {
            throw new AssertImageError('too-large', `${what} has ${size} bytes; at most ${MAX_CONFIG_BYTES} are read.`);
        }
        const answer = await this.#get(`blobs/${digest}`, what, { accept: '*/*', maxBytes: size }, deadline);
        return verified(answer, digest, MAX_CONFIG_BYTES, what);
    }
    get #name() {
        return `${this.#options.registry}/${this.#options.repository}`;
    }
    /** A GET below /v2/<repository>/ that ends in a 200, or in an error that says why not. */
    async #get(path, what, { accept, maxBytes }, deadline) {
        const { origin, repository, registry, authorizer } = this.#options;
        const url = new URL(`/v2/${repository}/${path}`, origin);
        const answer = await this.#authorized({ method: 'GET', url, headers: { accept }, maxBytes, signal: deadline.signal }, deadline);
        if (answer.status === 200)
            return answer;
        if (answer.leftOrigin && answer.status === 401) {
            throw new AssertImageError('protocol', `${answer.url.host}, to which ${registry} redirected, wants authentication; refused.`);
        }
        if (answer.status === 404 && (await this.#isMissing(answer, deadline))) {
            const isRepository = answer.errors.some(({ code }) => code === 'NAME_UNKNOWN');
            throw new AssertImageError('missing', `${what} does not exist.`, {
                hint: isRepository
                    ? `The registry knows no repository ${repository}: check its spelling.`
                    : 'Check the spelling; was it pushed, and to this registry?',
            });
        }
        throw toAnswerError(answer, what, registry, authorizer.hasSentCredentials);
    }
    /** Sends, and answers one challenge; a second 401 stands. */
    async #authorized(exchange, deadline) {
        const { authorizer, repository } = this.#options;
        const scope = `repository:${repository}:pull`;
        const msLeft = () => deadline.msLeft();
        const rejected = await authorizer.header(scope, deadline.signal, msLeft);
        const first = await this.#send(exchange, rejected, deadline);
        if (first.status !== 401 || first.leftOrigin)
            return first;
        const challenges = await this.#challengesOf(first, deadline);
        if (challenges.length === 0)
            return first;
        const authorization = await authorizer.answer({ challenges, scope, rejected, signal: deadline.signal, msLeft });
        return this.#send(exchange, authorization, deadline);
    }
    async #challengesOf(answer, deadline) {
        const own = parseChallenges(answer.headers['www-authenticate']);
        if (own.length > 0)
            return own;
        // gcr.io once sent 401 without a challenge on the real request (containers/image setupRequestAuth).
        const ping = await this.#ping(deadline);
        return ping.status === 401 && !ping.leftOrigin ? parseChallenges(ping.headers['www-authenticate']) : [];
    }
    #send(exchange, authorization, deadline) {
        const headers = authorization === undefined ? exchange.headers : { ...exchange.headers, authorization };
        const { transport } = this.#options;
        return withRetries(() => sendFollowing(transport, { ...exchange, headers }), deadline.signal, () => deadline.msLeft());
    }
    #ping(deadline) {
        const url = new URL('/v2/', this.#options.origin);
        return this.#send({ method: 'GET', url, headers: {}, maxBytes: 64 * 1024, signal: deadline.signal }, undefined, deadline);
    }
    /** Whether a 404 comes from a registry that looked, and not from some web server on the way. */
    async #isMissing(answer, deadline) {
        const meaning = notFoundMeaning(answer);
        if (meaning !== 'unclear')
            return meaning === 'missing';
        // Storage knows nothing of registries: what it does not have is not there.
        if (answer.leftOrigin || answer.url.pathname.includes('/blobs/'))
            return true;
        const ping = await this.#ping(deadline);
        if (ping.leftOrigin || (ping.status !== 200 && ping.status !== 401))
            return false;
        if (header(ping, 'docker-distribution-api-version')?.startsWith('registry/2'))
            return true;
        if (ping.status === 401)
            return parseChallenges(ping.headers['www-authenticate']).length > 0;
        // The header is not in the specification; a web page is no JSON.
        return isJson(ping.body);
    }
}
/** The body, of the digest that was asked for; also where a server compressed it on the way (quay#1310). */
function verified(answer, asked, maxBytes, what) {
    const { body } = answer;
    const encoding = header(answer, 'content-encoding')?.trim().toLowerCase() ?? '';
    const isPlain = encoding === '' || encoding === 'identity';
    if (asked !== null && digestOf(body, algorithmOf(asked)) === asked)
        return body;
    if (isPlain && asked === null)
        return body;
    if (!isPlain) {
        const plain = encoding === 'gzip' || encoding === 'x-gzip' ? gunzip(body, maxBytes, what) : null;
        if (plain === null)
            throw new AssertImageError('protocol', `${what} came in the encoding ${JSON.stringify(encoding.slice(0, 40))}, which was not asked for.`);
        if (asked === null || digestOf(plain, algorithmOf(asked)) === asked)
            return plain;
    }
    throw new AssertImageError('digest-mismatch', `${answer.url.host} sent other content than ${what}: the bytes do not have that digest.`, {
        hint: 'Something between here and the registry changes content, or the registry is broken or compromised. Do not deploy.',
    });
}
function gunzip(bytes, maxOutputLength, what) {
    try {
        return (0,external_node_zlib_.gunzipSync)(bytes, { maxOutputLength });
    }
    catch (cause) {
        throw new AssertImageError('protocol', `${what} came compressed, and cannot be decompressed to at most ${maxOutputLength} bytes.`, { cause });
    }
}
/** A registry that announces another digest than its bytes have: containerd could not pull this either (catalogue M-6). */
function assertAnnouncedDigest(answer, bytes, what) {
    const announced = tryParseDigest(header(answer, 'docker-content-digest')?.trim() ?? '');
    if (announced !== null && digestOf(bytes, algorithmOf(announced)) !== announced) {
        throw new AssertImageError('digest-mismatch', `${answer.url.host} announced ${announced} for ${what}, but sent ${digestOf(bytes)}.`);
    }
}
function isJson(body) {
    try {
        JSON.parse(Buffer.from(body).toString('utf8'));
        return true;
    }
    catch {
        return false;
    }
}
function header(answer, name) {
    const value = answer.headers[name];
    return Array.isArray(value) ? value[0] : value;
}
/** The value of a key, made once; a failure is forgotten, so that a later look may try again. */
async function once(cache, key, make) {
    const known = cache.get(key);
    if (known)
        return known;
    const made = make();
    cache.set(key, made);
    made.catch(() => cache.delete(key));
    return made;
}

// EXTERNAL MODULE: external "node:dns"
var external_node_dns_ = __webpack_require__(610);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./build/source/registry/registry-errors.js
const MAX_MESSAGE_CHARS = 200;
/**
 * The `errors` of an answer's body; empty where it is no answer of a registry.
 *
 * @param redact takes out what a server repeats of our secrets, before a message is cut
 */
function readRegistryErrors(body, redact) {
    let json;
    try {
        json = JSON.parse(Buffer.from(body).toString('utf8'));
    }
    catch {
        return [];
    }
    const errors = Array.isArray(json?.errors) ? json.errors : [];
    return errors
        .filter((error) => typeof error?.code === 'string' && error.code !== '')
        .map(({ code, message }) => ({
        code: redact(code).slice(0, 64),
        message: redact(typeof message === 'string' ? message : '').slice(0, MAX_MESSAGE_CHARS),
    }));
}

;// CONCATENATED MODULE: ./build/source/registry/transport-errors.js

const CUT = { code: 'unreachable', text: 'the connection was closed before the answer was complete' };
const SLOW = { code: 'timeout', text: 'no answer in time' };
const NO_NAME = {
    code: 'unreachable',
    text: 'its name cannot be resolved',
    hint: 'Is the host name spelt right, and reachable from this runner?',
};
/** By `code` of Node's and undici's errors. */
const MEANINGS = {
    ENOTFOUND: NO_NAME,
    EAI_AGAIN: NO_NAME,
    EAI_NONAME: NO_NAME,
    ECONNREFUSED: {
        code: 'unreachable',
        text: 'the connection was refused',
        hint: 'Is the port right, and the registry up?',
    },
    ECONNRESET: CUT,
    EPIPE: CUT,
    UND_ERR_SOCKET: CUT,
    UND_ERR_CLOSED: CUT,
    // A GOAWAY, and its ends: undici says so in general words.
    UND_ERR_INFO: CUT,
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CUT,
    UND_ERR_DESTROYED: CUT,
    EHOSTUNREACH: { code: 'unreachable', text: 'there is no way to this host' },
    ENETUNREACH: { code: 'unreachable', text: 'there is no way to this network' },
    ETIMEDOUT: SLOW,
    UND_ERR_CONNECT_TIMEOUT: { code: 'timeout', text: 'no connection within 10 s' },
    UND_ERR_HEADERS_TIMEOUT: { code: 'timeout', text: 'the answer did not begin within 30 s' },
    UND_ERR_BODY_TIMEOUT: { code: 'timeout', text: 'the answer stalled for 15 s' },
    UND_ERR_HEADERS_OVERFLOW: { code: 'too-large', text: 'the headers of the answer are too large' },
    EPROTO: {
        code: 'tls',
        text: 'it does not speak TLS as expected',
        hint: 'If this registry speaks plain HTTP, name it in plain-http.',
    },
};
/** Certificates that our roots do not know. Source: nodejs.org/api/tls.html, X509 certificate error codes. */
const UNKNOWN_ISSUER = new Set([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/**
 * What a failed exchange means. Only codes are kept, not messages: undici's may quote headers.
 */
function toTransportError(error, url, signal, proxy) {
    if (error instanceof AssertImageError)
        return error;
    const source = rootOf(error);
    if (source instanceof AssertImageError)
        return source;
    if (signal.reason instanceof AssertImageError && signal.aborted)
        return signal.reason;
    const refusal = proxy && proxyRefusal(source, proxy);
    if (refusal)
        return refusal;
    const meaning = meaningOf(source);
    return new AssertImageError(meaning.code, `${url.host}: ${meaning.text}.`, { hint: meaning.hint });
}
function meaningOf({ code = '', name }) {
    if (Object.hasOwn(MEANINGS, code))
        return MEANINGS[code];
    if (UNKNOWN_ISSUER.has(code)) {
        return {
            code: 'tls',
            text: `its certificate is signed by an authority that is not known here (${code})`,
            hint: 'Name the PEM file of that authority in ca-file.',
        };
    }
    if (/^(CERT_|ERR_TLS_|HOSTNAME_MISMATCH)/.test(code)) {
        return { code: 'tls', text: `its certificate does not hold (${code})` };
    }
    if (code.startsWith('ERR_SSL_'))
        return MEANINGS['EPROTO'];
    if (code.startsWith('ERR_HTTP2_'))
        return CUT;
    if (/^(HPE_|UND_ERR_)/.test(code) || /Parser/.test(name)) {
        return { code: 'protocol', text: `it does not speak HTTP as expected (${code})` };
    }
    return { code: 'unreachable', text: `the request failed (${code || name})` };
}
/** A proxy that answers CONNECT with anything but 200, or a plain request with 407. Host only: its URL may hold a password. */
function proxyRefusal({ message = '' }, proxy) {
    const status = /^Proxy response \(([0-9]{3})\)|Proxy Authentication Required \((407)\)/.exec(message);
    if (!status)
        return null;
    const code = status[1] ?? status[2];
    const hint = code === '407'
        ? 'Write its user name and password into the proxy variable: http://user:password@host:port.'
        : 'May this runner reach that host through the proxy? NO_PROXY names hosts to reach directly.';
    return new AssertImageError('denied', `the proxy ${proxy.host} refuses to connect (HTTP ${code}).`, { hint });
}
/** Node wraps what happened to several addresses in an AggregateError, and undici some errors in a cause. */
function rootOf(error) {
    let root = error;
    for (let depth = 0; depth < 5; depth += 1) {
        const inner = root?.errors?.[0] ?? (root?.code === undefined || root.code === 'UND_ERR_SOCKET' ? root?.cause : undefined);
        if (!(inner instanceof Error))
            break;
        if (root.code === 'UND_ERR_SOCKET' && !('code' in inner))
            break;
        root = inner;
    }
    return root ?? { name: 'unknown' };
}

;// CONCATENATED MODULE: ./build/source/registry/transport.js






/** undici waits 10 s for a connection too; said here because errors name it. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A registry that has not begun to answer by then will not (catalogue H-1). */
const HEADERS_TIMEOUT_MS = 30_000;
/** Between two chunks; the whole is bounded by the deadline of the look. */
const BODY_IDLE_TIMEOUT_MS = 15_000;
/** Below the 5 s after which common servers drop an idle connection, so that we rarely lose that race. */
const KEEP_ALIVE_MS = 4_000;
/** Requests on the way at once on one HTTP/1.1 connection; undici otherwise opens one for each, three round trips apiece. */
const PIPELINING = 8;
const ACCEPT_ENCODING = 'identity';
/** Of any other answer no more is read: enough for a registry's `errors`, and no error page can fill the memory. */
const MAX_ERROR_BYTES = 64 * 1024;
/**
 * Connections of one registry and of the hosts that it sends us to, with a guard on the address
 * that is really connected to (DNS names can point anywhere, catalogue R-8).
 */
class Transport {
    #network;
    #registryOrigin;
    #registryKinds = new Set();
    #dispatchers = new Map();
    constructor(registryOrigin, network) {
        this.#registryOrigin = registryOrigin;
        this.#network = network;
        const kind = hostKind(new URL(registryOrigin).hostname);
        if (kind)
            this.#registryKinds.add(kind);
    }
    /** One request, one answer, no redirects. @throws AssertImageError `unreachable`, `timeout`, `tls`, `too-large`, `protocol` */
    async send(exchange) {
        const started = performance.now();
        const { url, method } = exchange;
        this.#assertAllowed(url.hostname, hostKind(url.hostname), url);
        let bytes = 0;
        let status = 0;
        try {
            const response = await (0,undici/* request */.Em)(url, {
                method,
                headers: { 'user-agent': this.#network.userAgent, 'accept-encoding': ACCEPT_ENCODING, ...exchange.headers },
                body: exchange.body ?? null,
                dispatcher: this.#dispatcherFor(url),
                signal: exchange.signal,
                headersTimeout: HEADERS_TIMEOUT_MS,
                bodyTimeout: BODY_IDLE_TIMEOUT_MS,
            });
            status = response.statusCode;
            const isSuccess = status >= 200 && status < 300;
            const body = isSuccess
                ? await readCapped(response.body, exchange.maxBytes, url)
                : await readStart(response.body, MAX_ERROR_BYTES);
            bytes = body.length;
            const errors = isSuccess ? [] : readRegistryErrors(body, this.#network.redact);
            return { url, status, headers: response.headers, body, errors };
        }
        catch (error) {
            throw toTransportError(error, url, exchange.signal, this.#network.proxyFor(url));
        }
        finally {
            this.#network.onExchange(exchange, status, bytes, performance.now() - started, url.origin === this.#registryOrigin);
        }
    }
    /** Drops every connection. */
    async close() {
        await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    }
    #dispatcherFor(url) {
        const proxy = this.#network.proxyFor(url);
        const isRegistry = url.origin === this.#registryOrigin;
        const key = `${proxy?.href ?? 'direct'} ${isRegistry ? 'registry' : 'elsewhere'}`;
        const existing = this.#dispatchers.get(key);
        if (existing)
            return existing;
        const tls = this.#network.ca === undefined ? {} : { ca: [...this.#network.ca] };
        const shared = { connections: 1, pipelining: PIPELINING, keepAliveTimeout: KEEP_ALIVE_MS };
        const dispatcher = proxy
            ? new undici/* ProxyAgent */.kT({ uri: proxy.href, requestTls: tls, proxyTls: tls, ...shared })
            : new undici/* Agent */.g6({
                ...shared,
                connect: { ...tls, timeout: CONNECT_TIMEOUT_MS, autoSelectFamily: true, lookup: this.#lookup(isRegistry) },
            });
        this.#dispatchers.set(key, dispatcher);
        return dispatcher;
    }
    /** DNS with the guard behind it: what is connected to is what was checked. */
    #lookup(isRegistry) {
        const guarded = (hostname, options, callback) => {
            (0,external_node_dns_.lookup)(hostname, { ...options, all: true }, (error, addresses) => {
                if (error)
                    return callback(error);
                try {
                    for (const { address } of addresses) {
                        const kind = addressKind(address);
                        if (isRegistry && kind)
                            this.#registryKinds.add(kind);
                        else
                            this.#assertAllowed(hostname, kind, null);
                        if (kind === 'metadata' || kind === 'unspecified')
                            this.#assertAllowed(hostname, kind, null);
                    }
                }
                catch (refused) {
                    return callback(refused);
                }
                if (options.all)
                    return callback(null, addresses);
                return callback(null, addresses[0]?.address, addresses[0]?.family);
            });
        };
        return guarded;
    }
    /** Hosts that a registry names may be where the registry is, or on the internet; nothing closer to us. */
    #assertAllowed(hostname, kind, url) {
        if (url?.origin === this.#registryOrigin || kind === null || kind === 'public')
            return;
        const isNear = kind === 'loopback' || kind === 'private';
        if (isNear && (this.#registryKinds.has(kind) || this.#registryKinds.has('loopback')))
            return;
        throw new AssertImageError('protocol', `${hostname} is a ${kind} address; refused to connect to it on behalf of ${this.#registryOrigin}.`, {
            hint: 'A registry that is not on such an address itself has no business sending us there.',
        });
    }
}
/** The first bytes of a body; the rest is dropped with its connection. */
async function readStart(stream, maxBytes) {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of stream) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxBytes)
            break;
    }
    return Buffer.concat(chunks, bytes).subarray(0, maxBytes);
}
async function readCapped(stream, maxBytes, url) {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of stream) {
        bytes += chunk.length;
        if (bytes > maxBytes) {
            throw new AssertImageError('too-large', `${url.host} sent more than the ${maxBytes} bytes that are read of such an answer.`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks, bytes);
}

;// CONCATENATED MODULE: ./build/source/registry/registries.js





/** The repositories of a run: connections are shared by registry, tokens and digests by repository. */
class Registries {
    #options;
    #transports = new Map();
    #repositories = new Map();
    constructor(options) {
        this.#options = options;
    }
    repository({ registry, repository }) {
        const key = `${registry}/${repository}`;
        const known = this.#repositories.get(key);
        if (known)
            return known;
        const { secrets, stores, plainHttp, trustedAuthHosts } = this.#options;
        const origin = registryOrigin(registry, plainHttp);
        const transport = this.#transport(apiHost(registry), origin);
        let found;
        const credentials = () => (found ??= findCredentials(stores, registry, repository));
        const made = new Registry({
            registry,
            repository,
            origin,
            transport,
            authorizer: new Authorizer({ registry, origin, credentials, trustedAuthHosts, transport, secrets }),
        });
        this.#repositories.set(key, made);
        return made;
    }
    /** Aborted when the run is over: nothing that was begun for it goes on. */
    get signal() {
        return this.#options.signal;
    }
    async close() {
        await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
    }
    #transport(host, origin) {
        const known = this.#transports.get(host);
        if (known)
            return known;
        const made = new Transport(origin, this.#options.network);
        this.#transports.set(host, made);
        return made;
    }
}

;// CONCATENATED MODULE: ./build/version.js
/** Of package.json; a test compares the two. */
const VERSION = '0.1.0';

;// CONCATENATED MODULE: ./build/open.js





/** Registries as the settings want them: who may be shown what, in which order of precedence. */
function openRegistries(settings, env, secrets, log, signal) {
    const { login, loginRegistry, githubToken } = settings;
    const inputs = async (registry) => login !== null && registry === loginRegistry
        ? { kind: 'basic', ...login, from: 'the inputs username and password' }
        : null;
    // Exactly this host: no port, no suffix, no mirror (catalogue A-25). Any user name does.
    const github = async (registry) => registry === 'ghcr.io' && githubToken !== ''
        ? { kind: 'basic', username: 'github-token', password: githubToken, from: 'the input github-token' }
        : null;
    return new Registries({
        secrets,
        stores: [inputs, ...dockerConfigStores(env, signal), github],
        signal,
        plainHttp: settings.plainHttp,
        trustedAuthHosts: settings.trustedAuthHosts,
        network: {
            ca: readCaFile(settings.caFile),
            proxyFor: proxiesOf(env, secrets),
            userAgent: `assert-image/${VERSION} (+https://github.com/assert-image/assert-image)`,
            redact: (text) => secrets.redact(text),
            // Of other hosts no path: storage URLs may carry their signature in it.
            onExchange: ({ method, url }, status, bytes, ms, isRegistry) => log.debug(`${method} ${url.host}${isRegistry ? url.pathname : '/…'}: ${status}, ${bytes} bytes, ${Math.round(ms)} ms`),
        },
    });
}

// EXTERNAL MODULE: ./node_modules/markdown-table/index.js
var markdown_table = __webpack_require__(3116);
;// CONCATENATED MODULE: ./build/report/inert.js
/**
 * Text from outside, made unable to act where we write it: a log that the runner reads for
 * commands, Markdown that GitHub renders, outputs that somebody pastes into a shell.
 * What is replaced stays visible, as `\u{…}`: hidden breakers are hidden from people too.
 */
/**
 * C0 and C1 (Cc), bidi controls, zero-width characters and tags (Cf), lone surrogates (Cs), line and
 * paragraph separators, variation selectors, and the Hangul fillers, which are letters that show nothing.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u3164\uffa0]/gu;
const MAX_LINE_CHARS = 512;
/** Every character visible, on one line. */
function visible(text) {
    return text.replace(INVISIBLE, escapeCharacter);
}
/** Cut to a length, saying how much is left out. Surrogate pairs stay whole. */
function shorten(text, maxChars = MAX_LINE_CHARS) {
    if (text.length <= maxChars)
        return text;
    const cut = text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
    return `${cut}… (${text.length - cut.length} more)`;
}
/**
 * One log line. The runner takes `##[command]` anywhere in a line and `::command::` at its start,
 * after any white space; a lone CR is a line break (catalogue I-1, I-2).
 */
function logLine(text) {
    return visible(text)
        .replaceAll('##[', '#\\u{23}[')
        .replace(/^([\s\p{Z}]*):(?=:)/u, '$1\\u{3a}');
}
/** A quoted fragment for a log line or message. */
function quoted(text) {
    return `"${shorten(visible(text))}"`;
}
/**
 * A Markdown code span that nothing inside can leave: one more backtick than the longest run in it,
 * and pipes escaped for tables (GFM splits cells before it reads spans).
 */
function codeSpan(text, maxChars) {
    const clean = shorten(visible(text), maxChars);
    if (clean === '')
        return '(empty)';
    const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    const pad = /^[`\s]|[`\s]$/.test(clean) ? ' ' : '';
    return `${fence}${pad}${clean}${pad}${fence}`.replaceAll('|', '\\|');
}
/** JSON that is inert between quotes of any shell: all but a few harmless characters are `\u00XX`. */
function inertJson(value) {
    return JSON.stringify(value, (_, item) => item).replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
        const text = JSON.parse(literal);
        return `"${text.replace(/[^A-Za-z0-9_.,:/@+=% -]/g, escapeUnit)}"`;
    });
}
/** JSON text over several lines, still the same JSON: what a log would act on or hide is escaped inside its strings. */
function inertLines(json) {
    return json
        .replaceAll('##[', '#\\u0023[')
        .replace(INVISIBLE, (text) => text === '\n' ? text : [...Array(text.length).keys()].map((at) => escapeUnit(text[at])).join(''));
}
/** Whether free text may stand in an output as it is. */
function isPlain(text) {
    return /^[A-Za-z0-9_.+-]{1,128}$/.test(text);
}
function escapeCharacter(character) {
    return `\\u{${character.codePointAt(0).toString(16)}}`;
}
function escapeUnit(unit) {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

;// CONCATENATED MODULE: ./build/report/markdown.js




/** The runner drops a summary over 1 MiB whole (catalogue I-11). */
const MAX_BYTES = 900 * 1024;
const MARKS = { pass: '✅', fail: '❌', missing: '❌', error: '⚠️' };
/** The summary: verdict and digest first, outside of anything that an image can write into. */
function formatSummary(verdict) {
    const head = [`## ${MARKS[verdict.result]} assert-image: ${verdict.result}`, ''];
    const problem = verdict.error ? [quote(formatError(verdict.error)), ''] : [];
    return fit([...head, ...problem, ...verdict.looks.flatMap(formatLook)]);
}
function formatLook(look) {
    const { reference, result, image, checks, notices, error } = look;
    return [
        `### ${MARKS[result]} ${codeSpan(formatReference(reference))}`,
        '',
        ...(error ? [quote(formatError(error)), ''] : []),
        ...(image ? [`Resolved to ${codeSpan(formatPinned(reference, image.digest))}`, ''] : []),
        ...(image?.platforms ?? []).flatMap(({ name }) => formatChecks(name, checks.filter(({ platform }) => platform === name))),
        ...formatChecks('image', checks.filter(({ platform }) => !image?.platforms.some(({ name }) => name === platform))),
        ...notices.flatMap((notice) => [`- ${codeSpan(notice)}`]),
        '',
    ];
}
function formatChecks(title, checks) {
    if (checks.length === 0)
        return [];
    const rows = checks.map(({ holds, expectation, expected, actual, message }) => [
        holds ? '✅' : '❌',
        codeSpan(expectation, 200),
        codeSpan(expected, 200),
        actual === null ? '' : codeSpan(actual, 200),
        message === '' ? '' : codeSpan(message, 300),
    ]);
    const table = (0,markdown_table/* markdownTable */.Q)([['', 'expectation', 'expected', 'actual', 'why'], ...rows], {
        padding: false,
        alignDelimiters: false,
    });
    return [`${codeSpan(title)}`, '', ...table.split('\n'), ''];
}
/** Free text of ours that may quote others: one code block, which backticks inside cannot end. */
function quote(text) {
    return text
        .split('\n')
        .map((line) => `> ${codeSpan(line, 1000)}`)
        .join('\n>\n');
}
/** As many whole lines as fit. */
function fit(lines) {
    let bytes = 0;
    const kept = [];
    for (const line of lines) {
        bytes += Buffer.byteLength(line) + 1;
        if (bytes > MAX_BYTES)
            return [...kept, '', `Cut here: ${lines.length - kept.length} more lines; the report file has it all.`].join('\n');
        kept.push(line);
    }
    return kept.join('\n');
}

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 14 modules
var core = __webpack_require__(6421);
;// CONCATENATED MODULE: ./build/report/agreed.js


/** What all checked platforms of an image say alike; what they differ in is left out. */
function agreedLabels({ platforms }) {
    const [first, ...others] = platforms;
    const labels = [...(first?.configFile.config.labels ?? [])];
    return new Map(labels.filter(([key, value]) => others.every(({ configFile }) => configFile.config.labels.get(key) === value)));
}
/** The revision that all platforms state, null where one does not or they differ. */
function agreedRevision(image, from) {
    return agreed(image.platforms.map((platform) => stated(from, platform, image)));
}
function agreedVersion(image) {
    return agreed(image.platforms.map(({ configFile }) => configFile.config.labels.get('org.opencontainers.image.version')));
}
/** The latest of the platforms, null where none says a date. */
function latestCreated({ platforms }) {
    const dates = platforms.flatMap(({ configFile: { created } }) => created !== null && !Number.isNaN(Date.parse(created)) ? [created] : []);
    return dates.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}
function agreed(values) {
    const [first] = values;
    return first !== undefined && values.every((value) => value === first) ? first : null;
}
/** An environment variable with two values is no revision to hand on. */
function stated(from, platform, image) {
    try {
        return statedRevision(from, platform, image)?.value;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/report/failures.js


function failuresOf({ looks, error }) {
    const own = error
        ? [{ ...NOTHING, image: '', expectation: 'inputs that can be used', message: formatError(error) }]
        : [];
    return [...own, ...looks.flatMap(failuresOfLook)];
}
function failuresOfLook({ reference, checks, error }) {
    const image = formatReference(reference);
    if (error) {
        const expectation = error.code === 'missing' ? 'the image exists' : 'the image can be read';
        return [{ ...NOTHING, image, expectation, message: formatError(error) }];
    }
    return checks
        .filter(({ holds }) => !holds)
        .map(({ platform, expectation, expected, actual, message }) => ({
        image,
        platform,
        expectation,
        expected,
        actual,
        message,
    }));
}
const NOTHING = { platform: null, expected: null, actual: null };

;// CONCATENATED MODULE: ./build/report/outputs.js






/** Every output of the contract. `action.yml` declares the same; a test compares the two. */
const OUTPUT_NAMES = [
    'result',
    'reference',
    'digest',
    'media-type',
    'tag',
    'image-id',
    'revision',
    'version',
    'created',
    'platforms',
    'labels',
    'images',
    'failures',
    'report',
];
/** The runner takes 1 MB of outputs a job, counted in UTF-16; these are ASCII. */
const MAX_JSON_CHARS = 256 * 1024;
/** Made from the verdict alone; always all of them, so that nothing else can fill a gap. */
function makeOutputs(verdict, revisionFrom, report, secrets) {
    const notices = [];
    const plain = (name, stated) => {
        const text = stated === null ? null : secrets.redact(stated);
        if (text === null || isPlain(text))
            return text ?? '';
        notices.push(`the output ${name} is empty, for its text is not plain (letters, digits, "_", ".", "+", "-", at most 128).`);
        return '';
    };
    const json = (name, value) => {
        const text = inertJson(secrets.redactDeep(value));
        if (text.length <= MAX_JSON_CHARS)
            return text;
        notices.push(`the output ${name} is empty, for it would have ${text.length} characters; the report file has it whole.`);
        return '';
    };
    const look = verdict.looks[0];
    const image = look?.image ?? null;
    const only = image?.platforms.length === 1 ? image.platforms[0] : undefined;
    const created = image && latestCreated(image);
    const outputs = {
        result: verdict.result,
        reference: verdict.result === 'pass' && look && image ? formatPinned(look.reference, image.digest) : '',
        digest: image?.digest ?? '',
        'media-type': image?.mediaType ?? '',
        tag: (look && tagOf(look.reference)) ?? '',
        'image-id': only?.imageId ?? '',
        revision: plain('revision', image && agreedRevision(image, revisionFrom)),
        version: plain('version', image && agreedVersion(image)),
        created: created ? new Date(created).toISOString().replace('.000Z', 'Z') : '',
        platforms: json('platforms', image?.platforms.map(({ name }) => name) ?? []),
        labels: json('labels', image ? Object.fromEntries(agreedLabels(image)) : {}),
        images: json('images', verdict.looks.map(describeLook)),
        failures: json('failures', failuresOf(verdict)),
        report,
    };
    return { outputs, notices };
}
/** @throws AssertImageError `output`: later steps would go on without what they wait for */
function writeOutputs(outputs) {
    try {
        if (!process.env['GITHUB_OUTPUT'])
            throw new Error('GITHUB_OUTPUT is not set');
        for (const name of OUTPUT_NAMES)
            core/* setOutput */.uH(name, outputs[name]);
    }
    catch (cause) {
        throw new AssertImageError('output', `the outputs cannot be written: ${cause.message}.`, { cause });
    }
}
function describeLook({ reference, result, image }) {
    return {
        reference: image ? formatPinned(reference, image.digest) : formatReference(reference),
        tag: tagOf(reference) ?? '',
        digest: image?.digest ?? '',
        result,
        platforms: Object.fromEntries((image?.platforms ?? []).map(({ name, manifestDigest, imageId }) => [
            name,
            { digest: manifestDigest, 'image-id': imageId },
        ])),
    };
}

;// CONCATENATED MODULE: ./build/report/redact.js

/**
 * A verdict without our secrets in its texts. First of all steps: what is cut or escaped before
 * could no longer be recognised. What the image says stands elsewhere, and is redacted as data.
 */
function redactVerdict(verdict, secrets) {
    return {
        ...verdict,
        looks: verdict.looks.map((look) => redactLook(look, secrets)),
        error: redactError(verdict.error, secrets),
    };
}
function redactLook(look, secrets) {
    return {
        ...look,
        checks: secrets.redactDeep(look.checks),
        notices: secrets.redactDeep(look.notices),
        error: redactError(look.error, secrets),
    };
}
function redactError(error, secrets) {
    if (error === null)
        return null;
    const hint = error.hint === undefined ? undefined : secrets.redact(error.hint);
    return new AssertImageError(error.code, secrets.redact(error.message), { hint });
}

;// CONCATENATED MODULE: ./build/report/report.js








/** Everything that may be shown, as JSON. Values of environment variables and the build history are not in it. */
function makeReport(verdict) {
    return {
        schemaVersion: 1,
        result: verdict.result,
        error: verdict.error && { code: verdict.error.code, message: formatError(verdict.error) },
        failures: failuresOf(verdict),
        images: verdict.looks.map(report_describeLook),
    };
}
/** Writes the report as a whole or not at all; returns its path. */
function writeReport(report, env) {
    const file = external_node_path_.join(env['RUNNER_TEMP'] || (0,external_node_os_.tmpdir)(), `assert-image-${(0,external_node_crypto_.randomUUID)()}.json`);
    const partial = `${file}.partial`;
    try {
        (0,external_node_fs_.writeFileSync)(partial, formatReport(report), { flag: 'wx', mode: 0o600 });
        (0,external_node_fs_.renameSync)(partial, file);
    }
    finally {
        (0,external_node_fs_.rmSync)(partial, { force: true });
    }
    return file;
}
/** JSON that is inert in a log too, where a step prints it: nothing invisible, and no `##[`. */
function formatReport(report) {
    return `${inertLines(JSON.stringify(report, null, 2))}\n`;
}
function report_describeLook({ reference, result, image, checks, notices, error }) {
    return {
        reference: formatReference(reference),
        pinned: image && formatPinned(reference, image.digest),
        tag: tagOf(reference),
        result,
        error: error && { code: error.code, message: formatError(error) },
        digest: image?.digest ?? null,
        mediaType: image?.mediaType ?? null,
        annotations: image?.index ? Object.fromEntries(image.index.annotations) : {},
        checks,
        notices,
        platforms: image?.platforms.map(describePlatform) ?? [],
        unchecked: image?.unchecked ?? [],
        skipped: image?.skipped ?? [],
    };
}
function describePlatform(platform) {
    const { config, created, platform: stated } = platform.configFile;
    return {
        platform: platform.name,
        digest: platform.manifestDigest,
        mediaType: platform.mediaType,
        imageId: platform.imageId,
        created,
        size: platform.size,
        annotations: Object.fromEntries([...platform.descriptorAnnotations, ...platform.manifestAnnotations]),
        layers: platform.layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
        config: {
            os: stated.os,
            architecture: stated.architecture,
            variant: stated.variant,
            labels: Object.fromEntries(config.labels),
            envNames: [...config.env.values.keys()],
            user: config.user,
            entrypoint: config.entrypoint,
            cmd: config.cmd,
            workingDir: config.workingDir,
            exposedPorts: config.exposedPorts,
            volumes: config.volumes,
            stopSignal: config.stopSignal,
        },
    };
}

;// CONCATENATED MODULE: ./build/report/summary.js

/** Adds to the run's summary page. The runner drops a summary whose file it cannot read: the verdict does not depend on it. */
async function writeSummary(markdown, secrets) {
    await core/* summary */.z.addRaw(secrets.redact(markdown), true).write();
}

;// CONCATENATED MODULE: ./build/report/text.js




/** The rest is counted; the runner keeps ten of a type. */
const MAX_ANNOTATIONS = 5;
const text_MARKS = { pass: '✓', fail: '✗', missing: '✗', error: '!' };
/** Tells a verdict: its line first and last, one line an image, one a failure, the rest folded away. */
function tellVerdict(verdict, log, failOnMismatch) {
    const line = verdictLine(verdict);
    log.line(line);
    for (const look of verdict.looks)
        tellLook(look, log);
    annotateFailures(verdict, log, failOnMismatch);
    if (verdict.looks.length > 0)
        log.line(line);
}
function verdictLine({ result, looks, error }) {
    const images = looks.length === 1 ? formatReference(looks[0].reference) : `${looks.length} images`;
    const failed = looks.flatMap(({ checks }) => checks.filter(({ holds }) => !holds)).length;
    const all = looks.flatMap(({ checks }) => checks).length;
    if (error)
        return 'assert-image: error: nothing was looked at.';
    switch (result) {
        case 'pass':
            return `assert-image: pass: ${images}, ${count(all, 'check')} passed.`;
        case 'fail':
            return `assert-image: fail: ${images}, ${failed} of ${count(all, 'check')} failed.`;
        case 'missing':
            return `assert-image: missing: ${images}${looks.length === 1 ? ' does not exist' : ', of which at least one does not exist'}.`;
        case 'error':
            return `assert-image: error: ${images} could not be judged.`;
    }
}
function tellLook({ reference, result, image, checks, notices, error }, log) {
    const name = formatReference(reference);
    const platforms = image?.platforms.map((platform) => platform.name).join(', ');
    log.line(image
        ? `${text_MARKS[result]} ${name} is ${image.digest} (${platforms})`
        : `${text_MARKS[result]} ${name}: ${error ? formatError(error) : result}`);
    for (const check of checks.filter(({ holds }) => !holds)) {
        log.line(`  ✗ ${check.platform ?? 'image'}: ${check.message}`);
        log.line(`    expected: ${quoted(check.expectation)}`);
        log.line(`    actual:   ${check.actual === null ? '(absent or not shown)' : quoted(check.actual)}`);
    }
    const passed = checks.filter(({ holds }) => holds);
    if (passed.length > 0)
        log.group(`${count(passed.length, 'check')} passed`, passed.map(({ platform, expectation }) => `✓ ${platform ?? 'image'}: ${quoted(expectation)}`));
    for (const notice of notices)
        log.annotate('notice', name, notice);
    if (image && image.unchecked.length > 0) {
        log.annotate('warning', name, `not checked, for platforms does not name them: ${image.unchecked.join(', ')}.`);
    }
}
function annotateFailures(verdict, log, failOnMismatch) {
    const failures = failuresOf(verdict);
    const level = verdict.result === 'error' || failOnMismatch ? 'error' : 'warning';
    for (const failure of failures.slice(0, MAX_ANNOTATIONS))
        log.annotate(level, titleOf(failure), textOf(failure));
    const more = failures.length - MAX_ANNOTATIONS;
    if (more > 0)
        log.annotate(level, 'assert-image', `${count(more, 'more failure')}: see the log or the summary.`);
}
function titleOf({ image, platform }) {
    return ['assert-image', image, platform].filter(Boolean).join(' ');
}
function textOf({ message, actual, expected }) {
    if (expected === null)
        return message;
    return `${message} Expected: ${quoted(expected)}. Actual: ${actual === null ? 'absent or not shown' : quoted(actual)}.`;
}
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

;// CONCATENATED MODULE: ./build/report/deliver.js






/**
 * Hands a verdict to its readers. Log, report file and summary may fail without changing anything;
 * outputs may not, for later steps act on them.
 *
 * @throws AssertImageError `output`
 */
async function deliver(found, delivery) {
    const { mode, log, secrets, env, settings, format } = delivery;
    const verdict = redactVerdict(found, secrets);
    tellVerdict(verdict, log, settings?.failOnMismatch ?? true);
    const report = secrets.redactDeep(makeReport(verdict));
    if (mode === 'command-line') {
        if (format === 'json')
            process.stdout.write(formatReport(report));
        return;
    }
    const file = await deliver_attempt('the report file', log, () => writeReport(report, env));
    const { outputs, notices } = makeOutputs(verdict, settings?.expectations.revisionFrom ?? [], file ?? '', secrets);
    for (const notice of notices)
        log.annotate('notice', 'assert-image', notice);
    if (settings?.summary ?? true)
        await deliver_attempt('the summary', log, () => writeSummary(formatSummary(verdict), secrets));
    writeOutputs(outputs);
}
async function deliver_attempt(what, log, write) {
    try {
        return await write();
    }
    catch (error) {
        log.annotate('warning', 'assert-image', `${what} could not be written: ${error.message}`);
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/secrets.js
/**
 * What must never be shown. Every secret is registered before it is used; everything that we write
 * passes {@link redact}. The runner masks by itself only what it knows, and by hand nobody does.
 */
class Secrets {
    #values = new Set();
    #onAdd;
    /** @param onAdd tells the runner (`::add-mask::`); does nothing by hand */
    constructor(onAdd = () => { }) {
        this.#onAdd = onAdd;
    }
    /** Registers a secret, and each line of it. Short ones are left out: masking `AWS` or `main` would empty job outputs. */
    add(secret, minChars = MIN_SECRET_CHARS) {
        const wellFormed = secret.toWellFormed();
        for (const value of new Set([wellFormed, wellFormed.trim(), ...wellFormed.split(/\r?\n/)])) {
            if (value.length < minChars || this.#values.has(value))
                continue;
            this.#values.add(value);
            this.#onAdd(value);
        }
    }
    /** Registers a name and password also in the form in which HTTP carries them. */
    addBasic(username, password) {
        this.add(password);
        this.add(Buffer.from(`${username}:${password}`).toString('base64'));
    }
    redact(text) {
        let clean = text;
        for (const value of this.#values) {
            for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]) {
                clean = clean.replaceAll(form, '***');
            }
        }
        return clean;
    }
    /** The same for every text in a value of plain data. */
    redactDeep(value) {
        if (typeof value === 'string')
            return this.redact(value);
        if (Array.isArray(value))
            return value.map((item) => this.redactDeep(item));
        if (typeof value !== 'object' || value === null)
            return value;
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.redact(key), this.redactDeep(item)]));
    }
}
const MIN_SECRET_CHARS = 6;

;// CONCATENATED MODULE: ./build/report/log.js


/** 4,096 in the runner (catalogue I-20); the rest is in the log. */
const MAX_ANNOTATION_CHARS = 4000;
const ANNOTATORS = { error: core/* error */.z3, warning: core/* warning */.$e, notice: core/* notice */.lm };
/** The runner's log. */
function actionLog(secrets) {
    const clean = (text) => logLine(secrets.redact(text));
    const cleanLines = (text) => secrets.redact(text).split('\n').map(logLine).join('\n');
    return {
        line: (text) => core/* info */.pq(clean(text)),
        group: (title, lines) => {
            core/* startGroup */.Oh(clean(title));
            for (const text of lines)
                core/* info */.pq(clean(text));
            core/* endGroup */.N4();
        },
        annotate: (level, title, text) => ANNOTATORS[level](cleanLines(text).slice(0, MAX_ANNOTATION_CHARS), { title: clean(title) }),
        debug: (text) => {
            if (core/* isDebug */._o())
                core/* debug */.Yz(clean(text));
        },
    };
}
/** By hand: no workflow commands; what is not the report goes to standard error. */
function commandLineLog(secrets, isReportJson) {
    const clean = (text) => logLine(secrets.redact(text));
    const report = (text) => void (isReportJson ? undefined : process.stdout.write(`${clean(text)}\n`));
    return {
        line: report,
        group: (title, lines) => [title, ...lines.map((text) => `  ${text}`)].forEach(report),
        annotate: (level, _title, text) => {
            for (const line of text.split('\n'))
                process.stderr.write(`${level}: ${clean(line)}\n`);
        },
        debug: () => { },
    };
}

;// CONCATENATED MODULE: ./build/report/open-log.js



/** Log and secrets belong together: what is a secret is told to the runner before anything is written. */
function openLog(mode, argv) {
    if (mode === 'action') {
        const secrets = new Secrets((secret) => core/* setSecret */.Pq(secret));
        return { log: actionLog(secrets), secrets };
    }
    const secrets = new Secrets();
    const isReportJson = argv.some((argument, at) => argument === '--format=json' || (argument === '--format' && argv[at + 1] === 'json'));
    return { log: commandLineLog(secrets, isReportJson), secrets };
}

;// CONCATENATED MODULE: ./build/expectations/event-commit.js



/** Events whose `GITHUB_SHA` is what the run builds. On `pull_request` it is the merge commit. */
const OWN_SHA = new Set([
    'push',
    'pull_request',
    'merge_group',
    'release',
    'deployment',
    'deployment_status',
    'workflow_dispatch',
    'schedule',
]);
/**
 * The commit that `revision: auto` stands for. Events whose `GITHUB_SHA` is some other branch's
 * head get an error, never a guess (catalogue S-16).
 *
 * @throws AssertImageError `input`
 */
function commitOfEvent(event) {
    const commit = OWN_SHA.has(event.name)
        ? event.sha
        : event.name === 'workflow_run'
            ? commitOfWorkflowRun(event)
            : null;
    if (commit === null) {
        throw new AssertImageError('input', `the commit to expect cannot be told from the event ${JSON.stringify(event.name)}.`, {
            hint: 'Give the full commit ID as revision, or set revision to any.',
        });
    }
    if (!isCommitId(commit) || /^0+$/.test(commit)) {
        throw new AssertImageError('input', `the event ${JSON.stringify(event.name)} names no commit (${JSON.stringify(commit)}).`, {
            hint: 'Give the full commit ID as revision, or set revision to any.',
        });
    }
    return commit.toLowerCase();
}
/** Only of a run of this very repository and of no pull request: else the commit is somebody else's word. */
function commitOfWorkflowRun(event) {
    const cause = payloadText(event, 'workflow_run', 'event');
    const head = payloadText(event, 'workflow_run', 'head_repository', 'full_name');
    if (cause === undefined || cause.startsWith('pull_request') || head === undefined)
        return null;
    if (head.toLowerCase() !== event.repository.toLowerCase())
        return null;
    return payloadText(event, 'workflow_run', 'head_sha') ?? '';
}

// EXTERNAL MODULE: ./node_modules/re2js/build/index.js
var build = __webpack_require__(2856);
;// CONCATENATED MODULE: ./build/expectations/pattern.js


const MAX_PATTERN_CHARS = 1024;
/** re2js needs about a microsecond a character on bad patterns; no label that is meant for people is this long. */
const MAX_SUBJECT_CHARS = 64 * 1024;
/** A pattern that the whole text must match. @throws AssertImageError `input` */
function parsePattern(source) {
    return parseWith(source, (compiled, text) => compiled.matches(text));
}
/** A pattern that may match anywhere in the text, as container-structure-test has it. @throws AssertImageError `input` */
function parsePartialPattern(source) {
    return parseWith(source, (compiled, text) => compiled.matcher(text).find());
}
function parseWith(source, apply) {
    if (source.length > MAX_PATTERN_CHARS) {
        throw new AssertImageError('input', `the pattern has ${source.length} characters; at most ${MAX_PATTERN_CHARS} are allowed.`);
    }
    const compiled = compile(source);
    return {
        source,
        matches: (text) => (text.length > MAX_SUBJECT_CHARS ? null : apply(compiled, text)),
    };
}
function compile(source) {
    try {
        return build/* RE2JS */.L3.compile(source);
    }
    catch (error) {
        const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unknown';
        throw new AssertImageError('input', `the pattern ${JSON.stringify(source)} is not valid: ${reason}.`, {
            hint: 'Patterns are RE2: no look-around and no back-references.',
        });
    }
}

;// CONCATENATED MODULE: ./build/expectations/parse.js


/**
 * Reads one line of `labels`, `env` or `annotations`:
 *
 *     line  = ( key [ operator ] ) | ( "!" key )
 *     key   = JSON string | characters up to white space, "=", "!" or "~"
 *
 * The first operator decides: `a=b in (c)` is equality. The caller has dropped blank lines and comments.
 *
 * @throws AssertImageError `input`
 */
function parseExpectation(line, kind) {
    const text = line.trim();
    if (text.startsWith('!')) {
        const { key, rest } = takeKey(text.slice(1).trimStart());
        if (rest !== '')
            throw parse_wrong('nothing may follow a key with "!" in front');
        return { field: { kind, key: checkKey(key, kind) }, condition: { operator: 'absent' } };
    }
    const { key, rest } = takeKey(text);
    return { field: { kind, key: checkKey(key, kind) }, condition: readCondition(rest) };
}
function takeKey(text) {
    if (text.startsWith('"')) {
        const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
        if (quoted === undefined)
            throw parse_wrong('the key is a JSON string without an end');
        return { key: readJsonString(quoted), rest: text.slice(quoted.length).trimStart() };
    }
    const key = /^[^\s=!~]*/.exec(text)?.[0] ?? '';
    return { key, rest: text.slice(key.length).trimStart() };
}
function checkKey(key, kind) {
    if (key === '')
        throw parse_wrong('the key is empty', 'Did an expression evaluate to nothing?');
    if (kind === 'env' && key.includes('='))
        throw parse_wrong('the name of an environment variable has no "="');
    return key;
}
function readCondition(rest) {
    if (rest === '')
        return { operator: 'present' };
    if (rest.startsWith('==') || rest.startsWith('!==')) {
        throw parse_wrong('there is no operator "==" or "!=="', 'Write "=" or "!="; a value that begins with "=" is written as a JSON string.');
    }
    const symbol = /^(!=|!~|=~|=)/.exec(rest)?.[0];
    if (symbol === '=' || symbol === '!=')
        return { operator: symbol, value: readValue(rest.slice(symbol.length).trim()) };
    if (symbol === '=~' || symbol === '!~')
        return { operator: symbol, pattern: readPattern(rest.slice(symbol.length).trim()) };
    const word = /^(in|notin)\s*(?=\(|$|\s)/.exec(rest);
    if (word)
        return { operator: word[1], values: readList(rest.slice(word[0].length).trim()) };
    throw parse_wrong(`${JSON.stringify(rest.slice(0, 20))} is no operator`, 'Operators are =, !=, =~, !~, in (…) and notin (…); a key with white space, "=", "!" or "~" in it is written as a JSON string.');
}
function readValue(text) {
    if (text === '')
        throw parse_wrong('the value is empty', 'Did an expression evaluate to nothing? If an empty value is meant, write "" behind the operator.');
    if (text.startsWith('"'))
        return readJsonString(text);
    if (/^[=~]/.test(text))
        throw parse_wrong('the value begins with "=" or "~"', 'Write it as a JSON string.');
    return text;
}
function readPattern(text) {
    if (text === '')
        throw parse_wrong('the pattern is empty', 'Did an expression evaluate to nothing?');
    return parsePattern(text);
}
const ITEM = /\s*("(?:[^"\\]|\\.)*"|[^,()"]*)\s*/y;
function readList(text) {
    if (!text.startsWith('(') || !text.endsWith(')'))
        throw parse_wrong('a list stands in parentheses', 'Write: key in (a, b).');
    const inner = text.slice(1, -1);
    const values = [];
    for (let at = 0;; at += 1) {
        ITEM.lastIndex = at;
        const item = ITEM.exec(inner)?.[1]?.trim() ?? '';
        at = ITEM.lastIndex;
        const next = inner[at];
        if (next !== undefined && next !== ',') {
            throw parse_wrong(`${JSON.stringify(next)} cannot stand in a list item`, 'Write the item as a JSON string.');
        }
        if (item === '')
            throw parse_wrong('the list is empty, or has an empty item', 'An empty item that is meant is written "".');
        values.push(item.startsWith('"') ? readJsonString(item) : item);
        if (next === undefined)
            return values;
    }
}
function readJsonString(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        value = undefined;
    }
    if (typeof value !== 'string') {
        throw parse_wrong('it begins with a double quote, but is not one JSON string to its end', 'Escape quotes and backslashes inside, and let nothing follow.');
    }
    if (!value.isWellFormed())
        throw parse_wrong('it holds half of a surrogate pair, which no image can hold');
    return value;
}
function parse_wrong(message, hint) {
    return new AssertImageError('input', `${message}.`, { hint });
}

;// CONCATENATED MODULE: ./build/settings.js










const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;
/**
 * Raw inputs to settings: every parser is called once, and every problem of every input is
 * reported at once.
 *
 * @throws AssertImageError `input` that lists them all
 */
function parseSettings(inputs, event, found) {
    const reader = new Reader(inputs, found);
    const images = reader.lines('image', parseReference);
    const settings = {
        images,
        platforms: reader.keywordOrList('platforms', 'all', parseWantedPlatform),
        expectations: {
            revision: reader.whole('revision', (text) => parseRevision(text, event)) ?? null,
            revisionFrom: reader.whole('revision-from', parseRevisionFrom) ?? [],
            digest: reader.whole('digest', (text) => (text === 'any' ? null : parseDigest(text))) ?? null,
            fields: [...reader.expectations('labels', 'label'), ...reader.expectations('env', 'env')],
        },
        failOnMismatch: reader.boolean('fail-on-mismatch'),
        summary: reader.boolean('summary'),
        timeoutMs: reader.whole('timeout', (text) => parseDurationMs(text, 1)) ?? 0,
        registry: {
            login: reader.login(images),
            loginRegistry: images[0]?.registry ?? '',
            githubToken: inputs.values['github-token'].trim(),
            caFile: inputs.values['ca-file'].trim(),
            plainHttp: reader.whole('plain-http', parsePlainHttp) ?? { loopback: true, hosts: [] },
            trustedAuthHosts: reader.listOrNone('trusted-auth-hosts', parseTrustedAuthHost),
        },
    };
    const allowed = reader.keywordOrList('allowed-registries', 'any', parseRegistryHost);
    for (const { registry } of images)
        reader.assertAllowed(registry, allowed);
    reader.assertNoProblems();
    return settings;
}
function parseRevision(text, event) {
    if (text === 'any')
        return null;
    const head = payloadText(event, 'pull_request', 'head', 'sha');
    if (text === 'auto')
        return { commit: commitOfEvent(event), hints: { pullRequestHead: head } };
    if (isCommitId(text) && !/^0+$/.test(text))
        return { commit: text.toLowerCase(), hints: { pullRequestHead: head } };
    throw new AssertImageError('input', `${JSON.stringify(text)} is no full commit ID.`, {
        hint: 'Give all 40 or 64 hex digits (an abbreviation can be met by chance), auto or any.',
    });
}
/** Reads `90s`, `10m`, `1h30m`. */
function parseDurationMs(text, minMs) {
    const match = /^(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?$/.exec(text);
    const [hours, minutes, seconds] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
    const ms = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
    if (match === null || text === '' || ms < minMs || ms > MAX_TIMEOUT_MS) {
        throw new AssertImageError('input', `${JSON.stringify(text)} is no time that can be waited for.`, {
            hint: `Write ${minMs > 0 ? 'at least 1s' : '0s'} and at most 24h, like 90s, 10m or 1h30m.`,
        });
    }
    return ms;
}
function parsePlainHttp(text) {
    if (text === 'none')
        return { loopback: false, hosts: [] };
    const items = splitList(text);
    if (items.length === 0 || items.includes('none')) {
        throw new AssertImageError('input', `${JSON.stringify(text)} is no list of registries.`, {
            hint: 'Write host[:port] and loopback, with commas between, or none alone.',
        });
    }
    const hosts = items.filter((item) => item !== 'loopback').map(parseRegistryHost);
    return { loopback: items.includes('loopback'), hosts };
}
function parseTrustedAuthHost(text) {
    const parts = text.split('=');
    if (parts.length !== 2 || parts.includes('')) {
        throw new AssertImageError('input', `${JSON.stringify(text)} is no pair.`, { hint: 'Write registry=auth-host.' });
    }
    const [registry, authHost] = parts;
    return { registry: parseRegistryHost(registry), authHost: parseAuthHost(authHost) };
}
/** As a URL has it: without the default port. */
function parseAuthHost(text) {
    if (!/^[A-Za-z0-9.:[\]-]+$/.test(text) || !URL.canParse(`https://${text}`)) {
        throw new AssertImageError('input', `${JSON.stringify(text)} is no host.`, { hint: 'Write host or host:port.' });
    }
    return new URL(`https://${text}`).host;
}
function splitList(text) {
    return text.split(/[\s,]+/).filter((part) => part !== '');
}
/** Calls parsers and collects what they refuse. */
class Reader {
    #inputs;
    #problems;
    constructor(inputs, found) {
        this.#inputs = inputs;
        this.#problems = [...found];
    }
    /** One value; undefined where it is wrong or empty, which has been reported. */
    whole(name, parse) {
        const text = this.#inputs.values[name].trim();
        return text === '' ? undefined : this.#attempt(name, undefined, () => parse(text));
    }
    boolean(name) {
        const value = this.whole(name, (text) => {
            if (/^(true|True|TRUE)$/.test(text))
                return true;
            if (/^(false|False|FALSE)$/.test(text))
                return false;
            throw new AssertImageError('input', `${JSON.stringify(text)} is neither true nor false.`);
        });
        return value ?? true;
    }
    /** One item a line; blank lines and comments do not count. */
    lines(name, parse) {
        const lines = this.#inputs.values[name]
            .split(/\r\n|\n|\r/)
            .map((text, at) => ({ text: text.trim(), line: at + 1 }));
        const items = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
        if (items.length === 0 && this.#inputs.values[name].trim() !== '') {
            this.#problems.push({ input: name, message: 'it holds nothing but comments.' });
        }
        return items.flatMap(({ text, line }) => {
            const item = this.#attempt(name, lines.length > 1 ? line : undefined, () => parse(text));
            return item === undefined ? [] : [item];
        });
    }
    /** An empty list is wrong: `${{ a }},${{ b }}` may have become a comma. */
    keywordOrList(name, keyword, parse) {
        const text = this.#inputs.values[name].trim();
        if (text === keyword)
            return keyword;
        const items = splitList(text);
        if (items.length === 0 && text !== '')
            this.#problems.push({ input: name, message: 'the list is empty.' });
        return items.flatMap((part) => this.#attempt(name, undefined, () => parse(part)) ?? []);
    }
    listOrNone(name, parse) {
        const items = this.keywordOrList(name, 'none', parse);
        return items === 'none' ? [] : items;
    }
    expectations(name, kind) {
        if (this.#inputs.values[name].trim() === 'none')
            return [];
        const seen = new Set();
        return this.lines(name, (text) => {
            const expectation = parseExpectation(text, kind);
            const meaning = formatExpectation(expectation);
            if (seen.has(meaning)) {
                throw new AssertImageError('input', `${meaning} is expected twice.`, {
                    hint: 'Remove one of the lines; did a value with a line break in it get in?',
                });
            }
            seen.add(meaning);
            return expectation;
        });
    }
    /** Both or neither, and for one registry only: credentials go nowhere by accident. */
    login(images) {
        const username = this.#inputs.values.username.trim();
        const { password } = this.#inputs.values;
        if (username === '' && password === '')
            return null;
        if (username === '' || password === '') {
            const [empty, set] = username === '' ? ['username', 'password'] : ['password', 'username'];
            this.#problems.push({
                input: empty,
                message: `it is empty, but ${set} is given.`,
                hint: 'Give both or neither; is the secret set, and may this run see it?',
            });
            return null;
        }
        const registries = [...new Set(images.map(({ registry }) => registry))];
        if (registries.length > 1) {
            this.#problems.push({
                input: 'username',
                message: `the images are in several registries (${registries.join(', ')}), and the credentials are of one.`,
                hint: 'Log in to each with docker/login-action, and leave out username and password.',
            });
        }
        return { username, password };
    }
    assertAllowed(registry, allowed) {
        if (allowed === 'any' || allowed.includes(registry))
            return;
        this.#problems.push({
            input: 'allowed-registries',
            message: `the registry ${registry} is not one of ${allowed.join(', ')}.`,
            hint: 'Nothing was sent to it.',
        });
    }
    assertNoProblems() {
        if (this.#problems.length === 0)
            return;
        const texts = this.#problems.map(({ input, line, message, hint }) => {
            const where = line === undefined ? input : `${input}, line ${line}`;
            return `${where}: ${hint === undefined ? message : `${message} ${hint}`}`;
        });
        throw new AssertImageError('input', texts.join('\n'));
    }
    #attempt(input, line, parse) {
        try {
            return parse();
        }
        catch (error) {
            if (!(error instanceof AssertImageError))
                throw error;
            this.#problems.push({ input, ...(line === undefined ? {} : { line }), message: error.message, hint: error.hint });
            return undefined;
        }
    }
}

;// CONCATENATED MODULE: ./build/run.js










/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;
/** A reference becomes a verdict: inputs, settings, looks, verdict, report. Returns the exit code. */
async function run(argv, env) {
    const { log, secrets } = openLog(modeOf(argv, env), argv);
    const delivery = { mode: modeOf(argv, env), log, secrets, env, settings: null, format: 'text' };
    try {
        const { inputs, problems } = readInputs(argv, env, secrets);
        delivery.format = inputs.format;
        delivery.settings = parseSettings(inputs, readEvent(env), problems);
        const verdict = await decide(delivery.settings, delivery);
        await deliver(verdict, delivery);
        return exitCodeOf(verdict.result, delivery.settings.failOnMismatch);
    }
    catch (thrown) {
        const error = toAssertImageError(thrown);
        if (error.code === 'output')
            log.annotate('error', 'assert-image', formatError(error));
        else
            await deliver(verdictOfError(error), delivery);
        return 2;
    }
}
async function decide(settings, { log, secrets, env }) {
    const over = new AbortController();
    const registries = openRegistries(settings.registry, env, secrets, log, over.signal);
    try {
        const look = (reference) => lookAt(reference, registries, settings);
        return judge(await (0,p_map/* default */.Ay)(settings.images, look, { concurrency: LOOKS_AT_ONCE }));
    }
    finally {
        over.abort(new AssertImageError('internal', 'the run is over.'));
        await registries.close();
    }
}


/***/ })

};

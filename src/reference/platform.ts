import { AssertImageError } from '../base/errors.ts';

/** os/architecture[/variant], normalised. Empty strings where a document says nothing. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  /** Windows: several children differ in nothing else. */
  readonly osVersion: string;
}

const OS_ALIASES: Readonly<Record<string, string>> = { macos: 'darwin' };
const ARCHITECTURE_ALIASES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  i386: ['386'],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};
/** The variant that a bare architecture means, and that is left out when written. */
const IMPLIED_VARIANT: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };

/** Source: containerd/platforms database.go, normalizeOS and normalizeArch. */
export function normalizePlatform(platform: {
  os: string;
  architecture: string;
  variant?: string;
  osVersion?: string;
}): Platform {
  const os = platform.os.toLowerCase();
  const asked = platform.architecture.toLowerCase();
  const alias = Object.hasOwn(ARCHITECTURE_ALIASES, asked) ? ARCHITECTURE_ALIASES[asked] : undefined;
  const architecture = alias?.[0] ?? asked;
  let variant = alias?.[1] ?? (platform.variant ?? '').toLowerCase();
  if (/^[0-9]/.test(variant)) variant = `v${variant}`;
  // `v9.0` is `v9` (containerd/platforms database.go, normalizeArch).
  if (architecture === 'arm64') variant = variant.replace(/^(v[0-9]+)\.0$/, '$1');
  if (architecture === 'arm' && variant === '') variant = 'v7';
  if (variant === IMPLIED_VARIANT[architecture]) variant = '';
  return {
    os: Object.hasOwn(OS_ALIASES, os) ? (OS_ALIASES[os] as string) : os,
    architecture,
    variant,
    osVersion: platform.osVersion ?? '',
  };
}

/** A requested platform. A null variant accepts every variant of the architecture. */
export interface WantedPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** Reads `os/architecture[/variant]`. */
export function parseWantedPlatform(text: string): WantedPlatform {
  const parts = text.split('/');
  if ((parts.length !== 2 && parts.length !== 3) || !parts.every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a platform.`, {
      hint: 'Write os/architecture or os/architecture/variant, for example linux/amd64 or linux/arm/v7.',
    });
  }
  const [os, architecture, variant] = parts as [string, string, string?];
  const normal = normalizePlatform({ os, architecture, variant: variant ?? '' });
  const named = variant !== undefined || /^arm(hf|el)$/i.test(architecture);
  return { os: normal.os, architecture: normal.architecture, variant: named ? normal.variant : null };
}

/**
 * Whether what is offered is what is wanted. Not symmetric: `linux/arm` wants any, and accepts `linux/arm/v6`; but a
 * machine of `linux/amd64` does not run `linux/amd64/v3` (containerd/platforms compare.go).
 */
export function satisfies(wanted: WantedPlatform, offered: Platform): boolean {
  const { os, architecture, variant } = wanted;
  const isVariant =
    variant === null
      ? offered.variant === '' || !Object.hasOwn(IMPLIED_VARIANT, architecture)
      : variant === offered.variant;
  return os === offered.os && architecture === offered.architecture && isVariant;
}

/** `os/architecture[/variant][:os.version]`, the version as go-containerregistry writes it. */
export function formatPlatform(platform: Platform | WantedPlatform): string {
  const variant = platform.variant ? `/${platform.variant}` : '';
  const version = 'osVersion' in platform && platform.osVersion ? `:${platform.osVersion}` : '';
  return `${platform.os || 'unknown'}/${platform.architecture || 'unknown'}${variant}${version}`;
}

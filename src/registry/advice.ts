/**
 * What to do when a registry says no, in the words of its own documentation. Behind each registry
 * stands what it answers when it says no (docs/registries.md).
 */
interface Advice {
  /** Exact host, or a pattern for registries whose host names the account. */
  readonly registry: string | RegExp;
  /** Said where no credentials were sent. */
  readonly anonymous: string;
  /** Said where they were. */
  readonly rejected: string;
}

const GHCR =
  'On ghcr.io the job needs "permissions: packages: read", and a private package must give this repository access (package settings, Manage Actions access). ghcr.io also denies access to packages that do not exist: check the name.';
const ECR =
  'ECR tokens live 12 hours, and an expired one is denied without a challenge: log in again in this job with ⟦ECR login⟧ (user name AWS), with a role that has ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.';
const ACR =
  'Azure wants a service principal, a token name, or the user 00000000-0000-0000-0000-000000000000 with the token of "az acr login --expose-token", and the role AcrPull.';
const GOOGLE =
  'Artifact Registry wants the user oauth2accesstoken with the output of "gcloud auth print-access-token", or _json_key with a whole key file, and the role Artifact Registry Reader.';
const GITLAB =
  'GitLab wants a deploy token or a personal access token with read_registry, or in its own CI gitlab-ci-token; "access forbidden" also stands for projects that do not exist.';

const ADVICE: readonly Advice[] = [
  { registry: 'ghcr.io', anonymous: GHCR, rejected: GHCR },
  {
    registry: 'docker.io',
    anonymous:
      'On Docker Hub a private and a missing repository look the same: check the name, or log in with ⟦login⟧.',
    rejected:
      'Docker Hub wants the Docker ID (not the e-mail address) and a personal access token as the password; it also rejects wrong credentials for public images.',
  },
  {
    registry: /^[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)$/,
    anonymous: ECR,
    rejected: ECR,
  },
  {
    registry: 'public.ecr.aws',
    anonymous: 'Public ECR needs no credentials: check the name.',
    rejected:
      'Public ECR rejects expired credentials also for public images: log out of public.ecr.aws, or log in again with ⟦ECR login⟧ and registry-type: public.',
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

const GENERAL: Pick<Advice, 'anonymous' | 'rejected'> = {
  anonymous: '⟦how to log in⟧',
  rejected:
    'Check user name and password or token: is it expired, does it allow to pull this repository, and did a shell eat a "$" in it (Harbor robots are robot$name)?',
};

export function unauthorizedHint(registry: string, hadCredentials: boolean): string {
  const advice =
    ADVICE.find((entry) =>
      typeof entry.registry === 'string' ? entry.registry === registry : entry.registry.test(registry),
    ) ?? GENERAL;
  return hadCredentials ? advice.rejected : advice.anonymous;
}

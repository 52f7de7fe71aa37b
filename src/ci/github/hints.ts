import type { Hints } from '../../base/hints.ts';

export const GITHUB_HINTS: Hints = {
  login: 'docker/login-action',
  'how to log in': 'Give username and password, or log in with docker/login-action in a step before.',
  'ECR login': 'aws-actions/amazon-ecr-login',
  checkout: 'has actions/checkout run in this job?',
  expression: 'In a workflow, write ${{ … }}.',
  'lower case':
    'GitHub owner and repository names may have capitals, image names not: in a shell, ${GITHUB_REPOSITORY,,} is the lower-case form.',
  labels: 'docker/metadata-action',
  'pull request head': '${{ github.event.pull_request.head.sha }}',
};

/** metadataTest of container-structure-test's tests/amd64/ubuntu_22_04_metadata_test.yaml, word for word but for its place. */
export const PUBLISHED_METADATA_TEST = `envVars:
- key: 'SOME_KEY'
  value: 'SOME_VAL'
- key: 'EMPTY_VAR'
  value: ''
- key: 'FOO_BAR'
  value: 'FOO\\:BAR=BAZ'
- key: 'REGEX_VAR'
  value: '[a-z]+-2\\.1\\.*'
  isRegex: true
unboundEnvVars:
- key: 'BAR_FOO'
labels:
- key: 'localnet.localdomain.commit_hash'
  value: '0123456789abcdef0123456789abcdef01234567'
- key: 'localnet.my-domain.my-label'
  value: 'my .+ label'
  isRegex: true
- key: 'label-with-empty-val'
  value: ''
unexposedPorts: ['80']
unmountedVolumes: ['/root']`;

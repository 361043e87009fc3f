"""IAM: policy algebra, evaluation, public access.

AWS documents most of what is decided here; each module names its sources. Where it does not, these assumptions stand,
each with its test:

* A value put in place of a policy variable is literal text; a variable before 2012-10-17 is text
  (``test_a_policy_variable_stands_for_its_value``, ``test_in_2008_a_policy_variable_is_plain_text``).
* A plain operator on a key with several values holds if any value matches, a negated one if none does
  (``test_several_values_are_judged_as_documented``).
* An incomplete ARN in an ARN condition is completed with ``*``, as AWS documents for Resource
  (``test_an_operator_compares_as_documented``).
* A session ARN that hides the role's path is a session of the role with that name, since names are unique in an account
  (``test_a_told_role_arn_decides_whether_a_pathed_role_is_meant``).
* A resource whose account is not known is in the caller's account (``test_an_identity_policy_suffices_in_the_account``).
* A level of RCPs that shows only Deny statements also has RCPFullAWSAccess, which cannot be detached
  (``test_a_level_with_denies_only_has_the_full_access_that_aws_attaches``).
* A level without any SCP allows nothing (``test_every_level_must_allow``).
* A Deny with NotPrincipal spares a session only if account, role and session are listed
  (``test_a_deny_with_not_principal_spares_whom_it_lists_with_account_and_role``).
* A KMS grant stands for a statement of the key policy that names its grantee
  (``test_a_grant_stands_for_the_key_policy``, ``test_a_grant_to_another_account_needs_an_identity_allow``).
* A CanonicalUser principal is the account with that id; whose it is, a request tells or the decision must not hang on it
  (``test_a_decision_hangs_on_no_canonical_user_of_whichever_account``).
* Where several layers deny, the first of rcp, scp, endpoint, resource, identity, boundary, session is named.
"""

// What the error codes of Microsoft's services mean and what to do next: the one table, for `check`, `status`, logs and sign-in pages.
// Microsoft pages "Microsoft Entra authentication and authorization error codes", "Microsoft Graph error responses and
// resource types", "Limiting application permissions to specific Exchange Online mailboxes" and Exchange's response codes
// ("ResponseCode"). Not on them, but known from use: AADSTS700024, AADSTS900023, OrganizationFromTenantGuidNotFound.

/** Of the sign-in service: code without `AADSTS` → one sentence with the next step. */
export const signInErrors: ReadonlyMap<string, string> = new Map([
  ['16000', 'several accounts are signed in there; sign in again and choose the one that has the calendars'],
  ['50001', 'the tenant does not know Microsoft Graph under this address; check `cloud`'],
  [
    '50011',
    'the return address is not registered; add `<publicUrl>/auth/<account>/callback` in Entra under Authentication, as a web one',
  ],
  ['50020', 'this person is not of that tenant; check `tenant`, or have them invited as a guest'],
  ['50034', 'there is no such person in that tenant; check `tenant`'],
  ['50053', 'the account is locked after wrong attempts, or this address is suspected; wait, then sign in again'],
  ['50055', 'the password has expired; change it at Microsoft, then sign in again'],
  ['50057', 'the account is disabled; ask the administrator of the tenant'],
  ['50058', 'nobody is signed in there any more; sign in again'],
  ['50059', 'the tenant is not told; set `tenant` to its id or domain'],
  ['50074', 'a second factor is needed; sign in again'],
  ['50076', 'a second factor is needed; sign in again'],
  ['50079', 'a second factor has to be set up; sign in at Microsoft in a browser, then here again'],
  [
    '50105',
    'this person is not assigned to the application; an administrator assigns them under Enterprise applications',
  ],
  ['50097', 'the tenant lets in known devices only; ask its administrator for an exception for this application'],
  ['50126', 'the user name or the password is wrong; sign in again'],
  ['50128', 'there is no such tenant; check `tenant`'],
  ['50158', 'the tenant asks for another check of its own; sign in again'],
  ['50173', 'the sign-in was revoked, by this person or an administrator; sign in again'],
  ['500011', 'the tenant does not know what is asked for; check `cloud` and `tenant`'],
  [
    '500113',
    'no return address is registered; add `<publicUrl>/auth/<account>/callback` in Entra under Authentication, as a web one',
  ],
  ['500133', "the proof is outside its time; set the machine's clock right"],
  ['50194', 'the application is for one tenant only; set `tenant` to its id instead of common or organizations'],
  ['53000', 'the tenant lets in managed devices only; ask its administrator for an exception for this application'],
  [
    '53001',
    'the tenant lets in devices of its domain only; ask its administrator for an exception for this application',
  ],
  ['53003', "the tenant's conditional access blocks this sign-in; ask its administrator for an exception"],
  ['530003', 'the tenant lets in managed devices only; ask its administrator for an exception for this application'],
  ['54005', 'the code of this sign-in was used before; start again'],
  [
    '65001',
    'nobody has consented to the rights the application asks for; sign in again, or an administrator grants them',
  ],
  ['65004', 'the consent was declined; sign in again and accept'],
  ['700016', 'the tenant does not know this application; check `clientId` and `tenant`'],
  [
    '700025',
    'the application is registered as a public one; remove `clientSecret`, or turn off public client flows in Entra and check its platform',
  ],
  ['700024', "the certificate's assertion is outside its time; set the machine's clock right"],
  ['700027', 'the certificate is not one of the application; upload it in Entra under Certificates & secrets'],
  ['700082', 'the sign-in was not used for too long; sign in again'],
  ['700084', 'the sign-in was given for a fixed time that is over; sign in again'],
  ['7000112', 'the application is disabled in that tenant; its administrator enables it under Enterprise applications'],
  ['70000', 'the sign-in does not hold any more; sign in again'],
  ['7000215', 'the client secret is wrong; copy its value, not its id, from Entra into `clientSecret`'],
  ['7000218', 'the application wants a secret; in Entra under Authentication, allow public client flows'],
  ['7000222', 'the client secret has expired; make a new one in Entra and put it into `clientSecret`'],
  ['70002', 'the client secret does not match the application; check `clientId` and `clientSecret`'],
  ['70008', 'the sign-in has expired; sign in again'],
  ['70011', 'a right that was asked for does not exist there; check `cloud`'],
  ['70019', 'the code was not entered in time; start again'],
  ['70043', "the tenant's policy asks for a new sign-in; sign in again"],
  ['90002', 'there is no such tenant; check `tenant`, and `cloud`'],
  ['900023', 'this is no id and no domain of a tenant; check `tenant`'],
  ['90014', 'a part of the request is missing; check `clientId` and `tenant`'],
  ['90033', 'the sign-in service is busy; graphdav tries again by itself'],
  ['90072', 'this person is not of that tenant; check `tenant`, or have them invited as a guest'],
  ['9002331', 'the application is for personal accounts only; set `tenant` to consumers'],
  ['9002346', 'the application is for personal accounts only; set `tenant` to consumers'],
  ['90094', 'only an administrator may grant these rights; ask for their consent in Entra under API permissions'],
  ['90095', 'an administrator has to consent and was asked; wait for them, then sign in again'],
])

/** Of the sign-in service where the AADSTS code says nothing: OAuth's own words (RFC 6749 §5.2, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6). */
export const oauthErrors: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'the sign-in was declined; start again and accept'],
  ['authorization_declined', 'the sign-in was declined; start again and accept'],
  ['bad_verification_code', 'the code is not known there; start again'],
  ['code_expired', 'the code was not entered in time; start again'],
  ['consent_required', 'a right has not been consented to; sign in again, or an administrator grants it'],
  ['expired_token', 'the code was not entered in time; start again'],
  ['interaction_required', 'the service wants to see the person; sign in again'],
  ['invalid_client', 'the application could not prove itself; check `clientId` and its secret or certificate'],
  ['invalid_grant', 'the sign-in does not hold any more; sign in again'],
  ['login_required', 'the service wants to see the person; sign in again'],
  ['no_tokens_found', 'the kept sign-in is of another application, or holds nothing that lasts; sign in again'],
  ['refresh_token_expired', 'the sign-in has expired; sign in again'],
  ['slow_down', 'the service was asked too often; wait, then start again'],
  ['temporarily_unavailable', 'the sign-in service is busy; graphdav tries again by itself'],
  [
    'unauthorized_client',
    'the application may not sign in this way; check its registration in Entra under Authentication',
  ],
])

/** Of Graph: code → one sentence with the next step. Graph writes its codes in changing case: `graphErrorSentence` looks them up. */
export const graphErrors: Readonly<Record<string, string>> = {
  // The sign-in and the rights.
  InvalidAuthenticationToken:
    'Microsoft Graph does not accept the sign-in; sign in again or renew the token, and check `cloud`',
  Authorization_IdentityNotFound:
    'the tenant does not know this application; an administrator grants consent, then wait a few minutes',
  Authorization_RequestDenied:
    'the directory may not be asked; an administrator grants the rights that `graphdav check` names',
  insufficient_claims:
    "the tenant's conditional access asks for more; sign in again, or ask its administrator for an exception",
  ErrorAccessDenied:
    'this account has no right to it; grant the rights that `graphdav check` names, or have the calendar shared with it',
  OrganizationFromTenantGuidNotFound:
    'this tenant has no Exchange Online; check `tenant` (a personal account signs in to consumers)',
  // The mailbox.
  MailboxNotEnabledForRESTAPI:
    'this person has no mailbox in Exchange Online; check `mailbox`, and ask the administrator whether it has a licence',
  MailboxNotSupportedForRESTAPI:
    "this mailbox cannot be read through Microsoft Graph: it is on the organisation's own server, or not allowed; ask its administrator",
  ErrorInvalidUser: 'there is no such mailbox; check `mailbox`',
  ErrorNonExistentMailbox: 'there is no such mailbox; check `mailbox`',
  ErrorAccountDisabled: 'the account of this mailbox is disabled; ask the administrator of the tenant',
  ErrorAccountSuspend: 'Microsoft has suspended this account; sign in to Outlook in a browser and follow what it says',
  ErrorMailboxMoveInProgress: 'Exchange is moving this mailbox; wait, graphdav tries again by itself',
  ErrorMailboxStoreUnavailable: 'Exchange cannot open this mailbox now; wait, graphdav tries again by itself',
  ErrorQuotaExceeded: 'the mailbox is full; make room in Outlook, in its deleted items too',
  // What is asked for.
  ResourceNotFound: 'there is no such mailbox or calendar; check `mailbox` and `source`',
  Request_ResourceNotFound: 'the tenant has no such person or group; check `mailbox` and `source`',
  ErrorItemNotFound:
    'it is not in Outlook any more; check with `graphdav calendars` whether the calendar is still there',
  ErrorFolderNotFound: 'the calendar is not there any more; check `source`, `graphdav calendars` lists what there is',
  ErrorInvalidIdMalformed: 'this is no id of this mailbox; check `source`, copy it again from `graphdav calendars`',
  TimeZoneNotSupportedException: 'Outlook does not know this time zone; check the zone of the event',
  ErrorDuplicateTransactionId: 'this event was created before; wait for the next round, which brings it',
  ErrorIrresolvableConflict:
    'somebody else changed it at the same moment; wait for the next round, then change it again',
  SyncStateNotFound:
    'Outlook has forgotten where the last round ended; wait, graphdav reads the calendar again by itself',
  resyncRequired: 'Outlook wants the calendar read from the beginning; wait, graphdav does so by itself',
  // Too much, or not now.
  ApplicationThrottled: 'Outlook asks to slow down; wait, or set a longer `sync.interval` if it comes often',
  TooManyRequests: 'Outlook asks to slow down; wait, or set a longer `sync.interval` if it comes often',
  activityLimitReached: 'Outlook asks to slow down; wait, or set a longer `sync.interval` if it comes often',
  ErrorServerBusy: 'Outlook is busy; wait, graphdav tries again by itself',
  ServiceUnavailable: 'Microsoft Graph is not available; wait, graphdav tries again by itself',
  ErrorInternalServerError: 'Outlook failed inside; wait, graphdav tries again by itself',
  ErrorInternalServerTransientError:
    'Outlook failed inside; wait, or set `source` to the calendar as it shows in the own list if it was shared long ago',
}

/** Of Graph where only the message tells: a policy of the tenant keeps the application out of this mailbox. */
export const accessPolicySentence =
  "the tenant's application access policy keeps this application out of this mailbox; have an administrator add the mailbox to the policy's group, then wait an hour or more"

const graphErrorsByCode: ReadonlyMap<string, string> = new Map(
  Object.entries(graphErrors).map(([code, sentence]) => [code.toLowerCase(), sentence]),
)

/** The sentence for a code of Graph's in any case; undefined when there is none. */
export function graphErrorSentence(code: string): string | undefined {
  return graphErrorsByCode.get(code.toLowerCase())
}

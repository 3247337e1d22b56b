// What the sign-in service's error codes mean and what to do next (Microsoft page "Microsoft Entra
// authentication and authorization error codes"; 700024 and 900023 are not on it, they are known from use).

/** Code without `AADSTS` → one sentence with the next step. */
export const signInErrors: ReadonlyMap<string, string> = new Map([
  ['16000', 'several accounts are signed in there; sign in again and choose the one that has the calendars'],
  ['50001', 'the tenant does not know Microsoft Graph under this address; check `cloud`'],
  ['50020', 'this person is not of that tenant; check `tenant`, or have them invited as a guest'],
  ['50034', 'there is no such person in that tenant; check `tenant`'],
  ['50053', 'the account is locked after wrong attempts, or this address is suspected; wait, then sign in again'],
  ['50055', 'the password has expired; change it at Microsoft, then sign in again'],
  ['50057', 'the account is disabled; ask the administrator of the tenant'],
  ['50076', 'a second factor is needed; sign in again'],
  ['50079', 'a second factor has to be set up; sign in at Microsoft in a browser, then here again'],
  [
    '50105',
    'this person is not assigned to the application; an administrator assigns them under Enterprise applications',
  ],
  ['50126', 'the user name or the password is wrong; sign in again'],
  ['50128', 'there is no such tenant; check `tenant`'],
  ['50158', 'the tenant asks for another check of its own; sign in again'],
  ['50173', 'the sign-in was revoked, by this person or an administrator; sign in again'],
  ['50194', 'the application is for one tenant only; set `tenant` to its id instead of common or organizations'],
  ['53000', 'the tenant lets in managed devices only; ask its administrator for an exception for this application'],
  ['53003', "the tenant's conditional access blocks this sign-in; ask its administrator for an exception"],
  [
    '65001',
    'nobody has consented to the rights the application asks for; sign in again, or an administrator grants them',
  ],
  ['65004', 'the consent was declined; sign in again and accept'],
  ['700016', 'the tenant does not know this application; check `clientId` and `tenant`'],
  ['700024', "the certificate's assertion is outside its time; set the machine's clock right"],
  ['700027', 'the certificate is not one of the application; upload it in Entra under Certificates & secrets'],
  ['700082', 'the sign-in was not used for too long; sign in again'],
  ['700084', 'the sign-in was given for a fixed time that is over; sign in again'],
  ['7000112', 'the application is disabled in that tenant; its administrator enables it under Enterprise applications'],
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
  ['90033', 'the sign-in service is busy; graphdav tries again by itself'],
  ['90072', 'this person is not of that tenant; check `tenant`, or have them invited as a guest'],
  ['90094', 'only an administrator may grant these rights; ask for their consent in Entra under API permissions'],
])

/** The sentence for a refusal. `message` is the service's own text, of which only the AADSTS code is used; it may name people. */
export function describeSignInError(message: string, errorCode: string): string {
  const code = /\bAADSTS(\d{4,8})\b/.exec(message)?.[1]
  const meaning = code === undefined ? undefined : signInErrors.get(code)
  if (meaning !== undefined) return `the sign-in is refused: ${meaning} (AADSTS${code})`
  const name = code === undefined ? errorCode.replace(/[^a-z0-9_]/g, '').slice(0, 60) : `AADSTS${code}`
  return `the sign-in is refused (${name}); check \`tenant\`, \`clientId\` and what the application is allowed in Entra`
}

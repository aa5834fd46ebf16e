using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>What a call is for, so that its errors can say so.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Verb">read, write, delete, list, ...</param>
/// <param name="Subject">The secret's name as the caller knows it.</param>
/// <param name="Permission">The role that the call needs.</param>
internal sealed record GoogleOperation(string Provider, string Verb, string Subject, string Permission)
{
    public const string Accessor = "roles/secretmanager.secretAccessor";
    public const string VersionManager = "roles/secretmanager.secretVersionManager";
    public const string VersionAdder = "roles/secretmanager.secretVersionAdder";
    public const string Viewer = "roles/secretmanager.viewer";
    public const string Admin = "roles/secretmanager.admin";

    public SecretProviderException Fail(string reason, bool isTransient = false, Exception? innerException = null) =>
        new(Provider, Verb, Subject, reason, innerException) { IsTransient = isTransient };
}

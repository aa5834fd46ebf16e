using System.Runtime.CompilerServices;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>The secrets of one project, by our names.</summary>
internal sealed class GoogleSecretManagerProvider(GoogleSecretManagerClient client, GoogleSecretManagerOptions options)
    : ISecretProvider, ISecretWriter, ISecretLister
{
    public string Name => client.Name;

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        string version = request.Version ?? GoogleSecretName.Latest;
        return ToId(request.Name) is { } id && GoogleSecretName.IsValidVersion(version)
            ? client.AccessVersionAsync(Operation("read", request.Name, GoogleOperation.Accessor), id, version, cancellationToken)
            : new ValueTask<Secret?>((Secret?)null);
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        string id = ToId(name) ?? throw new ArgumentException(
            $"The secret name '{name}' can't be one of Google Secret Manager: with the prefix '{options.NamePrefix}' it must be {GoogleSecretName.Rule}. "
            + "Other characters can be written with EscapeNames = true.",
            nameof(name));
        GoogleSecretVersion version = await client.AddVersionAsync(
            Operation("write", name, GoogleOperation.VersionAdder), id, value, Creation(), cancellationToken).ConfigureAwait(false);
        return version.Version;
    }

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        return ToId(name) is { } id
            ? client.DeleteSecretAsync(Operation("delete", name, GoogleOperation.Admin), id, etag: null, cancellationToken)
            : new ValueTask<bool>(false);
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (GoogleSecretMetadata secret in client.ListSecretsAsync(Filter(prefix), pageSize: 0, cancellationToken).ConfigureAwait(false))
        {
            if (GoogleSecretName.FromId(secret.SecretId, options.NamePrefix, options.EscapeNames) is not { } name
                || !name.StartsWith(prefix ?? "", StringComparison.Ordinal))
                continue;

            yield return new SecretInfo(name, Name) { CreatedAt = secret.CreatedAt, ExpiresAt = secret.ExpiresAt, Tags = secret.Labels };
        }
    }

    // Google finds the text anywhere in a name, so this only spares pages; what does not begin with it is left out afterwards.
    private string? Filter(string? prefix)
    {
        string start = options.NamePrefix + (options.EscapeNames ? "" : prefix);
        return start.Length > 0 && char.IsAsciiLetterOrDigit(start[0]) && start.All(GoogleSecretName.IsAllowed) ? $"name:{start}" : null;
    }

    private string? ToId(string name) => GoogleSecretName.ToId(name, options.NamePrefix, options.EscapeNames);

    private GoogleOperation Operation(string verb, string name, string permission) => new(Name, verb, name, permission);

    private GoogleSecretCreation Creation()
    {
        var creation = new GoogleSecretCreation();
        foreach ((string key, string value) in options.Labels)
            creation.Labels[key] = value;
        foreach (string location in options.ReplicationLocations)
            creation.ReplicationLocations.Add(location);
        return creation;
    }
}

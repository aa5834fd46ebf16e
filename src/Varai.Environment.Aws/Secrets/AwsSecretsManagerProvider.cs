using System.Runtime.CompilerServices;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>AWS Secrets Manager as a provider of the secret store.</summary>
internal sealed class AwsSecretsManagerProvider(AwsSecretsManagerClient client) : ISecretProvider, ISecretWriter, ISecretLister, ISecretBatchReader
{
    private const string Current = "AWSCURRENT";

    public string Name => client.Provider;

    private string Prefix => client.Settings.NamePrefix;

    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (AwsSecretName.ToAws(request.Name, Prefix) is not { } id)
            return null;

        bool byId = IsVersionId(request.Version);
        AwsSecretValue? found = await client.GetAsync(
            id, byId ? request.Version : null, byId ? null : request.Version, cancellationToken).ConfigureAwait(false);
        return found is null ? null : ToSecret(request.Name, found);
    }

    public async ValueTask<IReadOnlyList<Secret>> GetManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        cancellationToken.ThrowIfCancellationRequested();
        var byId = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            // By ARN they are read one by one: the answer may have the ARN of a replica.
            if (!AwsSecretName.IsArn(name) && AwsSecretName.ToAws(name, Prefix) is { } id)
                byId[id] = name;
        }

        var found = new List<AwsSecretValue>();
        try
        {
            foreach (string[] chunk in AwsSecretsManagerClient.Chunks(byId.Keys))
            {
                AwsError? error = await client.TryGetChunkAsync(chunk, found, errors: [], cancellationToken).ConfigureAwait(false);
                // Where the batch is not allowed, or one of it spoils all, they are read one by one.
                if (error is not null && error.Kind is not (AwsErrorKind.AccessDenied or AwsErrorKind.NotFound))
                    throw client.Failed(AwsOperation.GetMany, AwsSecretsManagerClient.Describe(chunk), error);
            }

            return ToSecrets(found, byId);
        }
        catch
        {
            foreach (AwsSecretValue value in found)
                value.Value.Dispose();
            throw;
        }
    }

    public IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, CancellationToken cancellationToken)
    {
        string start = Prefix + prefix;
        return AwsSecretName.HasOnlyAllowedCharacters(start) ? ListAllAsync(start, cancellationToken) : AsyncEnumerable.Empty<SecretInfo>();
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        cancellationToken.ThrowIfCancellationRequested();
        string id = AwsSecretName.ToAws(name, Prefix) ?? throw new ArgumentException(
            $"AWS Secrets Manager can't hold a secret named '{Prefix}{name}': it takes at most {AwsSecretName.MaximumLength} letters, digits and /_+=.@!-.", nameof(name));

        string token = AwsSecretsManagerClient.NewToken();
        (AwsSecretVersion? version, AwsError? error) = await client.TryPutAsync(id, value, stage: null, token, cancellationToken).ConfigureAwait(false);
        AwsOperation operation = AwsOperation.Put;
        if (error?.Kind == AwsErrorKind.NotFound)
        {
            if (AwsSecretName.IsArn(id))
                throw new ArgumentException($"There is no secret '{id}', and AWS gives the ARNs of new ones itself: set it by its name.", nameof(name));
            operation = AwsOperation.Create;
            (version, error) = await client.TryCreateAsync(id, value, creation: null, token, cancellationToken).ConfigureAwait(false);
        }

        if (error?.Kind is AwsErrorKind.Deleted or AwsErrorKind.Exists)
        {
            // Scheduled for deletion, or made by somebody else a moment ago: it is there now, or again.
            if (error.Kind == AwsErrorKind.Deleted && !await client.RestoreAsync(id, cancellationToken).ConfigureAwait(false))
                throw client.Failed(operation, id, AwsError.Unreachable("AWS is still deleting the secret of that name"));
            operation = AwsOperation.Put;
            (version, error) = await client.TryPutAsync(id, value, stage: null, token, cancellationToken).ConfigureAwait(false);
        }

        return version?.VersionId ?? throw client.Failed(operation, id, error!);
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        return AwsSecretName.ToAws(name, Prefix) is { } id
            && await client.DeleteAsync(id, recoveryWindow: null, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Whether a version is meant by its id. AWS's ids have 32 to 64 characters, mostly a UUID's; stages are shorter.</summary>
    private static bool IsVersionId(string? version) => version is { Length: >= 32 and <= 64 };

    private Secret ToSecret(string name, AwsSecretValue found) => new(name, found.Value, Name)
    {
        Version = found.VersionId,
        CreatedAt = found.CreatedAt,
    };

    private List<Secret> ToSecrets(List<AwsSecretValue> found, Dictionary<string, string> namesById)
    {
        var secrets = new List<Secret>(found.Count);
        foreach (AwsSecretValue value in found)
        {
            if (namesById.Remove(value.Name, out string? name))
                secrets.Add(ToSecret(name, value));
            else
                value.Value.Dispose();
        }

        return secrets;
    }

    private async IAsyncEnumerable<SecretInfo> ListAllAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        // To AWS a leading '!' means "not".
        AwsSecretFilter[] filters = start.Length == 0 || start[0] == '!' ? [] : [AwsSecretFilter.NamePrefix(start)];
        await foreach (AwsSecretDescription found in client.ListAsync(filters, includeDeleted: false, cancellationToken).ConfigureAwait(false))
        {
            if (!found.Name.StartsWith(start, StringComparison.Ordinal))
                continue;
            string name = found.Name[Prefix.Length..];
            string? current = found.FindVersion(Current);
            // Without a current version there is nothing to read yet.
            if (SecretName.FindProblem(name) is not null || (current is null && found.Versions.Count > 0) || !listed.Add(name))
                continue;
            yield return new SecretInfo(name, Name)
            {
                Version = current,
                CreatedAt = found.CreatedAt,
                ChangedAt = found.ChangedAt,
                Tags = found.Tags,
            };
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>AWS Secrets Manager, for what <see cref="ISecretStore"/> has no words for: stages, tags, descriptions, recovery windows.</summary>
/// <remarks>Secrets are named by their name at AWS (without <see cref="AwsSecretsManagerOptions.NamePrefix"/>, which belongs to the provider)
/// or by their ARN. Nothing is cached or repeated here, but that a call is signed anew, once, when AWS refuses the credentials or the
/// time. Safe from any thread. Each method throws <see cref="SecretProviderException"/> when AWS fails or refuses, and
/// <see cref="OperationCanceledException"/> when its token is cancelled.</remarks>
public sealed class AwsSecretsManagerClient : IDisposable
{
    private const int BatchSize = 20;
    private const int PageSize = 100;
    private const int MaximumValueBytes = 65_536;

    private readonly AwsSecretsManagerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AwsConnection _connection;
    private string? _foundRegion;
    private int _serving;

    /// <summary>Creates a client. Nothing is called yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">Is told of a wrong clock, of renewed credentials and of the use of a replica region.</param>
    /// <exception cref="ArgumentException">A setting is out of its range; the message says which.</exception>
    public AwsSecretsManagerClient(AwsSecretsManagerOptions options, TimeProvider? time = null, ILogger<AwsSecretsManagerClient>? logger = null)
        : this(AwsSecretsManagerOptions.DefaultProviderName, Checked(options), time ?? TimeProvider.System, logger ?? NullLogger<AwsSecretsManagerClient>.Instance)
    {
    }

    internal AwsSecretsManagerClient(string provider, AwsSecretsManagerOptions options, TimeProvider time, ILogger logger)
    {
        Provider = provider;
        _options = options;
        _time = time;
        _logger = logger;
        _connection = new AwsConnection(provider, options, time, logger);
    }

    internal string Provider { get; }

    internal AwsSecretsManagerOptions Settings => _options;

    /// <summary>Reads a version of a secret.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="versionId">The version's id; <see langword="null"/> for the version that has the stage.</param>
    /// <param name="stage">The stage; <see langword="null"/> for <c>AWSCURRENT</c>, unless a version is asked for.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns><see langword="null"/> when there is no such secret, version or stage, or the secret is scheduled for deletion.</returns>
    public async Task<AwsSecretValue?> GetAsync(
        string secretId, string? versionId = null, string? stage = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        (AwsSecretValue? value, AwsError? error) = await ReadAsync(
            AwsOperation.Get,
            secretId,
            region => AwsRequestWriter.Write(writer =>
            {
                writer.WriteString("SecretId", AwsSecretName.InRegion(secretId, region));
                writer.WriteOptional("VersionId", versionId);
                writer.WriteOptional("VersionStage", stage);
            }),
            AwsResponseReader.ReadValue,
            cancellationToken).ConfigureAwait(false);
        return error is null || error.Kind is AwsErrorKind.NotFound or AwsErrorKind.Deleted ? value : throw Failed(AwsOperation.Get, secretId, error);
    }

    /// <summary>Reads the current versions of several secrets, 20 with one call.</summary>
    /// <param name="secretIds">Their names or ARNs; any number.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Those that AWS gave, and why it did not give the others. Needs <c>secretsmanager:BatchGetSecretValue</c>, and
    /// <c>secretsmanager:GetSecretValue</c> for each.</returns>
    public async Task<AwsSecretBatch> GetManyAsync(IReadOnlyList<string> secretIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(secretIds);
        cancellationToken.ThrowIfCancellationRequested();
        var values = new List<AwsSecretValue>();
        var errors = new List<AwsSecretError>();
        try
        {
            foreach (string[] chunk in Chunks(secretIds))
            {
                if (await TryGetChunkAsync(chunk, values, errors, cancellationToken).ConfigureAwait(false) is { } error)
                    throw Failed(AwsOperation.GetMany, Describe(chunk), error);
            }

            return new AwsSecretBatch(values, errors);
        }
        catch
        {
            foreach (AwsSecretValue value in values)
                value.Value.Dispose();
            throw;
        }
    }

    /// <summary>What AWS tells of a secret: its versions with their stages, its tags, its key; also of one that is scheduled for deletion.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="null"/> when there is no such secret.</returns>
    public async Task<AwsSecretDescription?> DescribeAsync(string secretId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        (AwsSecretDescription? description, AwsError? error) = await CallAsync(
            AwsOperation.Describe, writer => writer.WriteString("SecretId", secretId), AwsResponseReader.ReadDescription, cancellationToken).ConfigureAwait(false);
        return error is null || error.Kind == AwsErrorKind.NotFound ? description : throw Failed(AwsOperation.Describe, secretId, error);
    }

    /// <summary>Lists secrets, page by page. AWS may need minutes before a change shows in a listing.</summary>
    /// <param name="filters">Which; <see langword="null"/> for all.</param>
    /// <param name="includeDeleted">Whether secrets that are scheduled for deletion are listed too.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public IAsyncEnumerable<AwsSecretDescription> ListAsync(
        IReadOnlyList<AwsSecretFilter>? filters = null, bool includeDeleted = false, CancellationToken cancellationToken = default) =>
        ListPagesAsync(filters ?? [], includeDeleted, cancellationToken);

    /// <summary>Makes a new secret.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value: text is kept as <c>SecretString</c>, other bytes as <c>SecretBinary</c>; at most 65,536 bytes.</param>
    /// <param name="creation">Description, key, tags, replicas; <see langword="null"/> for what the settings say.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The first version.</returns>
    public async Task<AwsSecretVersion> CreateAsync(
        string name, SecretValue value, AwsSecretCreation? creation = null, CancellationToken cancellationToken = default)
    {
        (AwsSecretVersion? version, AwsError? error) = await TryCreateAsync(name, value, creation, NewToken(), cancellationToken).ConfigureAwait(false);
        return version ?? throw Failed(AwsOperation.Create, name, error!);
    }

    /// <summary>Adds a version to a secret that exists.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="value">The value: text is kept as <c>SecretString</c>, other bytes as <c>SecretBinary</c>; at most 65,536 bytes.</param>
    /// <param name="stage">The stage that moves to it; <see langword="null"/> for <c>AWSCURRENT</c>.</param>
    /// <param name="cancellationToken">Cancels the write if it has not happened yet.</param>
    /// <returns>The version.</returns>
    public async Task<AwsSecretVersion> PutAsync(
        string secretId, SecretValue value, string? stage = null, CancellationToken cancellationToken = default)
    {
        (AwsSecretVersion? version, AwsError? error) = await TryPutAsync(secretId, value, stage, NewToken(), cancellationToken).ConfigureAwait(false);
        return version ?? throw Failed(AwsOperation.Put, secretId, error!);
    }

    /// <summary>Moves a stage to another version, or takes it away.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="toVersionId">The version that gets it; <see langword="null"/> for none.</param>
    /// <param name="fromVersionId">The version that has it now; <see langword="null"/> when none has.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task MoveStageAsync(
        string secretId, string stage, string? toVersionId, string? fromVersionId = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        ArgumentException.ThrowIfNullOrEmpty(stage);
        (_, AwsError? error) = await CallAsync<object>(
            AwsOperation.MoveStage,
            writer =>
            {
                writer.WriteString("SecretId", secretId);
                writer.WriteString("VersionStage", stage);
                writer.WriteOptional("MoveToVersionId", toVersionId);
                writer.WriteOptional("RemoveFromVersionId", fromVersionId);
            },
            read: null,
            cancellationToken).ConfigureAwait(false);
        if (error is not null)
            throw Failed(AwsOperation.MoveStage, secretId, error);
    }

    /// <summary>Deletes a secret with all its versions.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="recoveryWindow">How long it can be restored: 7 to 30 whole days, or zero to delete it at once and for good;
    /// <see langword="null"/> for what the settings say.</param>
    /// <param name="cancellationToken">Cancels the deletion if it has not happened yet.</param>
    /// <returns>When it is gone for good; <see langword="null"/> when there was none, or it was scheduled for deletion already.</returns>
    /// <exception cref="ArgumentOutOfRangeException">AWS has no such recovery window.</exception>
    public async Task<DateTimeOffset?> DeleteAsync(string secretId, TimeSpan? recoveryWindow = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        TimeSpan window = recoveryWindow ?? _options.DeleteRecoveryWindow;
        if (!AwsSecretsManagerOptionsValidator.IsRecoveryWindow(window))
            throw new ArgumentOutOfRangeException(nameof(recoveryWindow), window, "The recovery window must be 7 to 30 whole days, or 0.");

        // AWS says yes to a deletion at once of what was never there.
        if (window == TimeSpan.Zero && await DescribeAsync(secretId, cancellationToken).ConfigureAwait(false) is null)
            return null;

        (Timestamp? date, AwsError? error) = await CallAsync(
            AwsOperation.Delete,
            writer =>
            {
                writer.WriteString("SecretId", secretId);
                if (window == TimeSpan.Zero)
                    writer.WriteBoolean("ForceDeleteWithoutRecovery", true);
                else
                    writer.WriteNumber("RecoveryWindowInDays", (int)window.TotalDays);
            },
            static json => new Timestamp(AwsResponseReader.ReadDeletionDate(json)),
            cancellationToken).ConfigureAwait(false);
        return error is null || error.Kind is AwsErrorKind.NotFound or AwsErrorKind.Deleted ? date?.At : throw Failed(AwsOperation.Delete, secretId, error);
    }

    /// <summary>Takes back the deletion of a secret, with all its versions.</summary>
    /// <param name="secretId">The secret's name or ARN.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="false"/> when there is no such secret, or no more.</returns>
    public async Task<bool> RestoreAsync(string secretId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        (_, AwsError? error) = await CallAsync<object>(
            AwsOperation.Restore, writer => writer.WriteString("SecretId", secretId), read: null, cancellationToken).ConfigureAwait(false);
        return error is null || (error.Kind == AwsErrorKind.NotFound ? false : throw Failed(AwsOperation.Restore, secretId, error));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connection.Dispose();

    /// <summary>A token for one write: AWS takes it as the version's id, and a repeated call with it for the same one.</summary>
    internal static string NewToken() => Guid.NewGuid().ToString("D");

    internal Task<(AwsSecretVersion? Version, AwsError? Error)> TryPutAsync(
        string secretId, SecretValue value, string? stage, string token, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId);
        CheckValue(AwsOperation.Put, secretId, value);
        return CallAsync(
            AwsOperation.Put,
            writer =>
            {
                writer.WriteString("SecretId", secretId);
                writer.WriteString("ClientRequestToken", token);
                if (stage is not null)
                    writer.WriteStrings("VersionStages", [stage]);
                writer.WriteValue(value);
            },
            AwsResponseReader.ReadVersion,
            cancellationToken);
    }

    internal Task<(AwsSecretVersion? Version, AwsError? Error)> TryCreateAsync(
        string name, SecretValue value, AwsSecretCreation? creation, string token, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        CheckValue(AwsOperation.Create, name, value);
        var tags = new Dictionary<string, string>(_options.Tags, StringComparer.Ordinal);
        foreach ((string key, string tag) in creation?.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal))
            tags[key] = tag;
        return CallAsync(
            AwsOperation.Create,
            writer =>
            {
                writer.WriteString("Name", name);
                writer.WriteString("ClientRequestToken", token);
                writer.WriteOptional("Description", creation?.Description);
                writer.WriteOptional("KmsKeyId", creation?.KmsKeyId ?? _options.KmsKeyId);
                writer.WriteTags(tags);
                WriteReplicas(writer, creation?.ReplicaRegions ?? []);
                writer.WriteValue(value);
            },
            AwsResponseReader.ReadVersion,
            cancellationToken);
    }

    internal SecretProviderException Failed(AwsOperation operation, string name, AwsError error) => error.ToException(Provider, operation, name);

    private static AwsSecretsManagerOptions Checked(AwsSecretsManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult result = new AwsSecretsManagerOptionsValidator().Validate(Options.DefaultName, options);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : options;
    }

    private static void WriteReplicas(Utf8JsonWriter writer, IReadOnlyList<string> regions)
    {
        if (regions.Count == 0)
            return;
        writer.WriteStartArray("AddReplicaRegions");
        foreach (string region in regions)
        {
            writer.WriteStartObject();
            writer.WriteString("Region", region);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void CheckValue(AwsOperation operation, string name, SecretValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int length = value.RevealBytes().Length;
        if (length > MaximumValueBytes)
            throw new SecretProviderException(Provider, operation.Verb, name, $"The value has {length} bytes; AWS keeps at most {MaximumValueBytes}.");
    }

    /// <summary>As many names as one call takes.</summary>
    internal static IEnumerable<string[]> Chunks(IEnumerable<string> secretIds) => secretIds.Distinct(StringComparer.Ordinal).Chunk(BatchSize);

    internal static string Describe(string[] chunk) => chunk.Length == 1 ? chunk[0] : $"{chunk[0]} and {chunk.Length - 1} more";

    /// <summary>Reads one chunk.</summary>
    /// <returns>What failed, if anything; what was read before that is in the lists.</returns>
    internal async Task<AwsError?> TryGetChunkAsync(
        string[] chunk, List<AwsSecretValue> values, List<AwsSecretError> errors, CancellationToken cancellationToken)
    {
        string name = Describe(chunk);
        string? next = null;
        do
        {
            string? token = next;
            (Page<AwsSecretBatch>? page, AwsError? error) = await ReadAsync(
                AwsOperation.GetMany,
                name,
                region => AwsRequestWriter.Write(writer =>
                {
                    writer.WriteStrings("SecretIdList", chunk.Select(id => AwsSecretName.InRegion(id, region)));
                    writer.WriteOptional("NextToken", token);
                }),
                static json => Page.Of(AwsResponseReader.ReadBatch(json)),
                cancellationToken).ConfigureAwait(false);
            if (page is null)
                return error;
            values.AddRange(page.Content.Values);
            // Only with what was asked for: anything else would be a text of the backend's.
            errors.AddRange(page.Content.Errors.Where(e => chunk.Contains(e.SecretId, StringComparer.Ordinal)));
            next = NextToken(AwsOperation.GetMany, name, token, page.NextToken);
        }
        while (next is not null);
        return null;
    }

    private async IAsyncEnumerable<AwsSecretDescription> ListPagesAsync(
        IReadOnlyList<AwsSecretFilter> filters, bool includeDeleted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string AnyName = "*";
        string? next = null;
        do
        {
            string? token = next;
            (Page<IReadOnlyList<AwsSecretDescription>>? page, AwsError? error) = await CallAsync(
                AwsOperation.List,
                writer =>
                {
                    writer.WriteFilters(filters);
                    writer.WriteNumber("MaxResults", PageSize);
                    if (includeDeleted)
                        writer.WriteBoolean("IncludePlannedDeletion", true);
                    writer.WriteOptional("NextToken", token);
                },
                static json => Page.Of(AwsResponseReader.ReadList(json)),
                cancellationToken).ConfigureAwait(false);
            if (page is null)
                throw Failed(AwsOperation.List, AnyName, error!);
            foreach (AwsSecretDescription secret in page.Content)
                yield return secret;
            next = NextToken(AwsOperation.List, AnyName, token, page.NextToken);
        }
        while (next is not null);
    }

    // The same token again would be the same page again, for ever.
    private string? NextToken(AwsOperation operation, string name, string? asked, string? answered) =>
        string.IsNullOrEmpty(answered) ? null
        : answered != asked ? answered
        : throw Failed(operation, name, AwsError.Malformed("AWS gives the same page again and again"));

    /// <summary>Makes a call in the first region.</summary>
    private async Task<(T? Result, AwsError? Error)> CallAsync<T>(
        AwsOperation operation, Action<Utf8JsonWriter> write, ReadAnswer<T>? read, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await FindRegionAsync(cancellationToken).ConfigureAwait(false) is not { } region)
            return (null, NoRegion);
        using SecretBuffer body = AwsRequestWriter.Write(write);
        return await SendAsync(region, operation, body, read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a call in the first region, and in the replica regions while the first fails for a reason that may pass.</summary>
    private async Task<(T? Result, AwsError? Error)> ReadAsync<T>(
        AwsOperation operation, string name, Func<string, SecretBuffer> write, ReadAnswer<T> read, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await FindRegionAsync(cancellationToken).ConfigureAwait(false) is not { } first)
            return (null, NoRegion);

        AwsError? firstError = null;
        string others = "";
        for (int i = 0; i <= _options.ReplicaRegions.Count; i++)
        {
            string region = i == 0 ? first : _options.ReplicaRegions[i - 1];
            using SecretBuffer body = write(region);
            bool isLast = i == _options.ReplicaRegions.Count;
            (T? result, AwsError? error) = isLast
                ? await SendAsync(region, operation, body, read, cancellationToken).ConfigureAwait(false)
                : await SendWithinAsync(region, operation, body, read, cancellationToken).ConfigureAwait(false);
            if (error is null)
                NoteServing(i, region, first, firstError);
            if (error is null || (i == 0 && (isLast || !error.IsTransient)))
                return (result, error);

            if (i == 0)
                firstError = error;
            else
                others += $" {region}: {error.Found}.";
        }

        // Not what the replicas say: a secret that they do not have may exist.
        throw firstError!.ToException(Provider, operation, name, $" The replica regions did not give it either.{others}");
    }

    private async Task<(T? Result, AwsError? Error)> SendWithinAsync<T>(
        string region, AwsOperation operation, SecretBuffer body, ReadAnswer<T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(_options.RegionTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SendAsync(region, operation, body, read, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, AwsError.Unreachable(FormattableString.Invariant($"{region} did not answer within {_options.RegionTimeout.TotalSeconds:0.###} s")));
        }
    }

    private async Task<(T? Result, AwsError? Error)> SendAsync<T>(
        string region, AwsOperation operation, SecretBuffer body, ReadAnswer<T>? read, CancellationToken cancellationToken)
        where T : class
    {
        using AwsAnswer answer = await _connection.SendAsync(region, operation, body, cancellationToken).ConfigureAwait(false);
        if (answer.Body is null || read is null)
            return (null, answer.Error);
        try
        {
            return (read(answer.Body.WrittenSpan), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return (null, AwsError.Malformed("AWS's answer can't be understood"));
        }
    }

    private async ValueTask<string?> FindRegionAsync(CancellationToken cancellationToken) =>
        _options.Region ?? (_foundRegion ??= await AwsRegion.FindAsync(_options.Profile).WaitAsync(cancellationToken).ConfigureAwait(false));

    private static AwsError NoRegion => new(
        AwsErrorKind.Refused,
        $"No AWS region is known. Set {nameof(AwsSecretsManagerOptions.Region)}, the environment variable AWS_REGION, or a region in the AWS profile");

    private void NoteServing(int index, string region, string first, AwsError? firstError)
    {
        if (Interlocked.Exchange(ref _serving, index) == index)
            return;
        if (index == 0)
            _logger.AwsFirstRegionBack(Provider, region);
        else
            _logger.AwsReplicaInUse(Provider, region, first, firstError!.Found);
    }

    private delegate T ReadAnswer<T>(ReadOnlySpan<byte> json);

    private sealed record Timestamp(DateTimeOffset At);

    private sealed record Page<T>(T Content, string? NextToken);

    private static class Page
    {
        public static Page<T> Of<T>((T Content, string? NextToken) read) => new(read.Content, read.NextToken);
    }
}

using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace Varai.Aws.Secrets;

/// <summary>Where the credentials come from. They are resolved once, and again after AWS has refused them.</summary>
internal sealed class AwsCredentialsSource(AwsSecretsManagerOptions options)
{
    private AWSCredentials? _current;

    /// <summary>Resolves the credentials; those that refresh themselves do so here.</summary>
    /// <exception cref="AwsCredentialsException">There are none.</exception>
    public async Task<AwsResolvedCredentials> GetAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _current) is not { } source)
        {
            source = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _current, source);
        }

        try
        {
            ImmutableCredentials values = await source.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return values is null
                ? throw new AwsCredentialsException("The AWS credentials are anonymous; Secrets Manager needs an identity", isTransient: false)
                : new AwsResolvedCredentials(source, values);
        }
        catch (Exception e) when (e is not AwsCredentialsException && !cancellationToken.IsCancellationRequested)
        {
            // Not its message: that of a credential process repeats what the process printed.
            throw new AwsCredentialsException($"The AWS credentials could not be refreshed ({e.GetType().Name})", isTransient: true);
        }
    }

    /// <summary>Has credentials resolved afresh the next time, unless somebody else did so meanwhile.</summary>
    public void Forget(AwsResolvedCredentials refused)
    {
        if (Interlocked.CompareExchange(ref _current, null, refused.Source) == refused.Source && refused.Source is RefreshingAWSCredentials refreshing)
            refreshing.ClearCredentials();
    }

    private async Task<AWSCredentials> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (options.Credentials is { } callback)
                return await callback(cancellationToken).ConfigureAwait(false);
            if (options.Profile is not { } profile)
                return await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out AWSCredentials credentials)
                ? credentials
                : throw new AwsCredentialsException($"The AWS profile '{profile}' does not exist or has no credentials", isTransient: false);
        }
        catch (Exception e) when (e is not AwsCredentialsException && !cancellationToken.IsCancellationRequested)
        {
            throw new AwsCredentialsException(
                $"No AWS credentials were found ({e.GetType().Name}). Set {nameof(AwsSecretsManagerOptions.Profile)} or {nameof(AwsSecretsManagerOptions.Credentials)}, "
                + "or provide what the AWS SDK looks for: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a container's or an instance's role",
                isTransient: false);
        }
    }
}

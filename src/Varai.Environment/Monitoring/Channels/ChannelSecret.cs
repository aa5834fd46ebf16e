using Varai.Secrets;

namespace Varai.Monitoring.Channels;

/// <summary>A URL, key or password of a channel: set as it stands, or read from the secrets each time it is used, so that rotation works.</summary>
/// <param name="channel">The channel's name.</param>
/// <param name="option">The option's name, such as <c>Url</c>.</param>
/// <param name="value">The value; null when it is a secret.</param>
/// <param name="secretName">The secret's name; null when the value is set.</param>
/// <param name="secrets">The secrets.</param>
internal sealed class ChannelSecret(string channel, string option, string? value, string? secretName, ISecretStore secrets)
{
    private bool IsSecret => !string.IsNullOrEmpty(secretName);

    /// <exception cref="AlertChannelException">There is no such secret, or it can't be read now.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (!IsSecret)
            return value ?? "";
        try
        {
            return (await secrets.GetSecretAsync(secretName!, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (SecretException e)
        {
            // Whoever mends the secret will want the alert that waited for it.
            throw new AlertChannelException(
                $"The secret '{secretName}' ({option}Secret of the alert channel '{channel}') can't be read: {e.Message}", isTransient: true);
        }
    }

    /// <summary>The value as an address.</summary>
    /// <exception cref="AlertChannelException">It is none, or can't be read.</exception>
    public async ValueTask<Uri> GetUrlAsync(CancellationToken cancellationToken)
    {
        string text = await GetAsync(cancellationToken).ConfigureAwait(false);
        return ChannelUrl.TryParse(text) ?? throw new AlertChannelException(
            $"{(IsSecret ? $"The secret '{secretName}'" : option)} of the alert channel '{channel}' is no absolute address of http or https.", isTransient: true);
    }

    /// <summary>Whether a value that the service has refused has been replaced; forgets what was cached.</summary>
    public async ValueTask<bool> HasChangedAsync(string refused, CancellationToken cancellationToken)
    {
        if (!IsSecret)
            return false;
        secrets.Invalidate(secretName!);
        return await GetAsync(cancellationToken).ConfigureAwait(false) != refused;
    }

    /// <summary>The option's name only.</summary>
    public override string ToString() => option;
}

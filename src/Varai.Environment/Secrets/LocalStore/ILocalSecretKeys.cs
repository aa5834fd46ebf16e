namespace Varai.Secrets.LocalStore;

/// <summary>The keys of the encrypted local store. Take it from the container.</summary>
public interface ILocalSecretKeys
{
    /// <summary>Encrypts everything in the store anew, with a new data key. Where the master key is in a key file, a new master key comes
    /// first in that file, and the earlier ones are needed no more by this store; other stores may still need them. A master key of the
    /// environment is replaced by setting <c>VARAI_SECRET_KEY</c> to the new one and <c>VARAI_SECRET_KEY_PREVIOUS</c> to the earlier one:
    /// the store is then encrypted anew when it is first used.</summary>
    /// <remarks>The store is replaced as a whole: whenever the process or the machine dies, it opens with the earlier keys or with the
    /// new ones, and the key file has them. Nothing happens where there is no store yet.</remarks>
    /// <param name="cancellationToken">Cancels the rotation if it has not happened yet.</param>
    /// <exception cref="SecretProviderException">It was not done, or it is not known whether it was.</exception>
    ValueTask RotateAsync(CancellationToken cancellationToken);
}

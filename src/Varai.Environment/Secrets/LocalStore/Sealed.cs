using System.Security.Cryptography;

namespace Varai.Secrets.LocalStore;

/// <summary>AES-256-GCM with a fresh random nonce for each message.</summary>
internal static class Sealed
{
    public const int NonceLength = 12;
    public const int TagLength = 16;

    /// <summary>Encrypts.</summary>
    /// <returns>The nonce, and the encrypted bytes with the tag behind them.</returns>
    public static (byte[] Nonce, byte[] Message) Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceLength);
        byte[] message = new byte[plain.Length + TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, message.AsSpan(0, plain.Length), message.AsSpan(plain.Length), context);
        return (nonce, message);
    }

    /// <summary>Decrypts into memory that is overwritten after use.</summary>
    /// <returns>The value, or null when the message, its nonce or its context is not what was encrypted.</returns>
    public static SecretValue? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message, ReadOnlySpan<byte> context)
    {
        if (nonce.Length != NonceLength || message.Length < TagLength)
            return null;
        int length = message.Length - TagLength;
        byte[] plain = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(nonce, message[..length], message[length..], plain, context);
            return new SecretValue(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}

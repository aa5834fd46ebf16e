namespace Varai.Monitoring.Channels;

/// <summary>A host is not to be connected to; turned into an <see cref="AlertChannelException"/> before it leaves the area.</summary>
internal sealed class PrivateAddressException() : IOException("The host has no public address.");

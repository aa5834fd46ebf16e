namespace Varai.Smtp.Monitoring;

/// <summary>The server has refused every recipient; always caught here.</summary>
internal sealed class NobodyAcceptedException : Exception;

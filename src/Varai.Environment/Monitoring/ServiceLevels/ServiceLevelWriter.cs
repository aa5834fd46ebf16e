namespace Varai.Monitoring.ServiceLevels;

/// <summary>A node, and the number of its last addition.</summary>
internal sealed record ServiceLevelWriter(string Node, long Addition);

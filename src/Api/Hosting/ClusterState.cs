namespace Platform.Api.Hosting;

/// <summary>
/// The cluster as its owner published it: the server's TCP port on 127.0.0.1, the process id of the server (0 while it isn't up),
/// and the process id of the owner.
/// </summary>
internal sealed record ClusterState(int Port, int Pid, int Owner);

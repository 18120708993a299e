// Each takes all that the machine has; two at once would wait for each other for minutes, and one would find a fault that is only the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Platform.Domain.Personalization;

/// <summary>
/// Content-based similarity: the cosine of TF-IDF vectors (Salton, Buckley: "Term-weighting approaches in automatic text retrieval",
/// 1988) with weights (1 + ln tf) x (ln((1 + N) / (1 + df)) + 1);
/// only terms of at least two items count. A new item is compared with all others at once; weights of the others move with
/// <see cref="Refit"/>, because an item changes how rare each of
/// its words is. 16 bytes a term of an item, of which at most <see cref="MostTerms"/>, and 12 a neighbour.
/// </summary>
/// <param name="mostNeighbours">Kept of an item.</param>
public sealed class TextIndex(int mostNeighbours = 50)
{
    public const int MostTerms = 2000;

    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly List<List<Posting>> _postings = [];
    private readonly SortedDictionary<int, Document> _documents = [];
    private double[] _similarities = [];

    public int Count => _documents.Count;

    /// <summary>Terms of at least two items.</summary>
    public int Vocabulary => _postings.Count(items => items.Count > 1);

    /// <param name="item">Its number; what it said before is replaced.</param>
    /// <param name="terms">Words and topics, with repeats.</param>
    /// <param name="compares">False: neither weighed nor compared before the next <see cref="Refit"/>.</param>
    public void Put(int item, IEnumerable<string> terms, bool compares = true)
    {
        Remove(item);
        var counts = terms.CountBy(term => term).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostTerms)
            .Select(pair => (Term: Intern(pair.Key), pair.Value)).OrderBy(pair => pair.Term).ToArray();
        var document = new Document(item, [.. counts.Select(pair => pair.Term)], [.. counts.Select(pair => 1 + Math.Log(pair.Value))]);
        _documents.Add(item, document);
        if (_similarities.Length <= item)
            Array.Resize(ref _similarities, item * 2 + 16);
        for (var n = 0; n < counts.Length; n++)
            _postings[counts[n].Term].Add(new Posting(document, n));
        if (!compares)
            return;
        // A word that a second item has begins to count for the first one too.
        foreach (var first in document.Terms.Where(term => _postings[term].Count == 2).Select(term => _postings[term][0].Document).ToHashSet())
            first.Weigh(this);
        document.Weigh(this);
        document.Neighbours = Nearest(document);
        foreach (var (other, similarity) in document.Neighbours)
            Document.Admit(_documents[other].Neighbours, item, similarity, mostNeighbours);
    }

    public void Remove(int item)
    {
        if (!_documents.Remove(item, out var document))
            return;
        foreach (var term in document.Terms)
            _postings[term].RemoveAll(posting => posting.Document == document);
        foreach (var other in _documents.Values)
            other.Neighbours.RemoveAll(neighbour => neighbour.Item == item);
    }

    /// <summary>Weighs and compares everything anew: some ten seconds for 10,000 articles of 150 words.</summary>
    public void Refit()
    {
        foreach (var document in _documents.Values)
            document.Weigh(this);
        foreach (var document in _documents.Values)
            document.Neighbours = Nearest(document);
    }

    /// <summary>The most similar, best first, of equal ones the lower item.</summary>
    public IReadOnlyList<(int Item, double Similarity)> Neighbours(int item) => _documents.TryGetValue(item, out var document) ? document.Neighbours : [];

    /// <summary>Items that have a term.</summary>
    public int ItemsWith(string term) => _terms.TryGetValue(term, out var number) ? _postings[number].Count : 0;

    /// <summary>0 to 1.</summary>
    public double Similarity(int one, int other)
    {
        if (!_documents.TryGetValue(one, out var a) || !_documents.TryGetValue(other, out var b))
            return 0;
        var (sum, i, j) = (0.0, 0, 0);
        while (i < a.Terms.Length && j < b.Terms.Length)
            if (a.Terms[i] == b.Terms[j])
                sum += a.Weights[i++] * b.Weights[j++];
            else if (a.Terms[i] < b.Terms[j])
                i++;
            else
                j++;
        return Math.Min(1, sum);
    }

    /// <summary>
    /// Adds to each item's score how similar it is to what the visitor had, as far as it is among the neighbours of that.
    /// </summary>
    public void Score(ReadOnlySpan<int> had, Span<double> scores)
    {
        foreach (var one in had)
            foreach (var (item, similarity) in Neighbours(one))
                scores[item] += similarity;
    }

    private List<(int Item, double Similarity)> Nearest(Document document)
    {
        Array.Clear(_similarities);
        for (var n = 0; n < document.Terms.Length; n++)
            if (document.Weights[n] is > 0 and var weight)
                foreach (var (other, at) in _postings[document.Terms[n]])
                    _similarities[other.Item] += weight * other.Weights[at];
        _similarities[document.Item] = 0;
        var nearest = new List<(int Item, double Similarity)>(mostNeighbours + 1);
        for (var item = 0; item < _similarities.Length; item++)
            if (_similarities[item] is > 0 and var similarity && (nearest.Count < mostNeighbours || similarity > nearest[^1].Similarity))
                Document.Admit(nearest, item, similarity, mostNeighbours);
        return nearest;
    }

    private int Intern(string term)
    {
        if (!_terms.TryGetValue(term, out var number))
        {
            _terms.Add(term, number = _postings.Count);
            _postings.Add([]);
        }
        return number;
    }

    private readonly record struct Posting(Document Document, int At);

    private sealed class Document(int item, int[] terms, double[] frequencies)
    {
        public int Item => item;

        public int[] Terms => terms;

        public double[] Weights { get; } = new double[terms.Length];

        public List<(int Item, double Similarity)> Neighbours { get; set; } = [];

        public void Weigh(TextIndex index)
        {
            var squares = 0.0;
            for (var n = 0; n < terms.Length; n++)
            {
                var items = index._postings[terms[n]].Count;
                Weights[n] = items < 2 ? 0 : frequencies[n] * (Math.Log((1.0 + index.Count) / (1 + items)) + 1);
                squares += Weights[n] * Weights[n];
            }
            for (var n = 0; n < terms.Length && squares > 0; n++)
                Weights[n] /= Math.Sqrt(squares);
        }

        // Of equal ones that which was there stays before: items come in ascending order.
        public static void Admit(List<(int Item, double Similarity)> neighbours, int item, double similarity, int most)
        {
            var at = neighbours.Count;
            while (at > 0 && neighbours[at - 1].Similarity < similarity)
                at--;
            neighbours.Insert(at, (item, Math.Min(1, similarity)));
            if (neighbours.Count > most)
                neighbours.RemoveAt(most);
        }
    }
}

namespace Platform.Domain.Personalization;

/// <summary>
/// Content-based similarity: the cosine of TF-IDF vectors (Salton, Buckley: "Term-weighting approaches in automatic text retrieval", 1988) with weights (1 + ln tf) x (ln((1 + N) / (1 + df)) + 1);
/// only terms of at least two items count. A new item is compared with all others at once; weights of the others move with <see cref="Refit"/>, because an item changes how rare each of
/// its words is. 16 bytes a term of an item, of which at most <see cref="MostTerms"/>, and 12 a neighbour.
/// </summary>
/// <param name="mostNeighbours">Kept of an item.</param>
public sealed class TextIndex(int mostNeighbours = 50)
{
    public const int MostTerms = 2000;

    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly List<List<int>> _postings = [];
    private readonly SortedDictionary<int, Document> _documents = [];

    public int Count => _documents.Count;

    /// <summary>Terms of at least two items.</summary>
    public int Vocabulary => _postings.Count(items => items.Count > 1);

    /// <param name="item">Its number; what it said before is replaced.</param>
    /// <param name="terms">Words and topics, with repeats.</param>
    public void Put(int item, IEnumerable<string> terms)
    {
        Remove(item);
        var counts = terms.CountBy(term => term).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostTerms).Select(pair => (Term: Intern(pair.Key), pair.Value)).OrderBy(pair => pair.Term).ToArray();
        var document = new Document([.. counts.Select(pair => pair.Term)], [.. counts.Select(pair => 1 + Math.Log(pair.Value))]);
        _documents.Add(item, document);
        foreach (var (term, _) in counts)
            _postings[term].Add(item);
        // A word that a second item has begins to count for the first one too.
        foreach (var first in document.Terms.Where(term => _postings[term].Count == 2).Select(term => _postings[term][0]).Where(first => first != item).ToHashSet())
            _documents[first].Weigh(this);
        document.Weigh(this);
        document.Neighbours = Nearest(item, document);
        foreach (var (other, similarity) in document.Neighbours)
            _documents[other].Admit(item, similarity, mostNeighbours);
    }

    public void Remove(int item)
    {
        if (!_documents.Remove(item, out var document))
            return;
        foreach (var term in document.Terms)
            _postings[term].Remove(item);
        foreach (var other in _documents.Values)
            other.Neighbours.RemoveAll(neighbour => neighbour.Item == item);
    }

    /// <summary>Weighs and compares everything anew: about a second for 3,000 articles.</summary>
    public void Refit()
    {
        foreach (var document in _documents.Values)
            document.Weigh(this);
        foreach (var (item, document) in _documents)
            document.Neighbours = Nearest(item, document);
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

    /// <summary>Adds to each item's score how similar it is to what the visitor had, as far as it is among the neighbours of that.</summary>
    public void Score(ReadOnlySpan<int> had, Span<double> scores)
    {
        foreach (var one in had)
            foreach (var (item, similarity) in Neighbours(one))
                scores[item] += similarity;
    }

    private List<(int Item, double Similarity)> Nearest(int item, Document document)
    {
        var similarities = new Dictionary<int, double>();
        for (var n = 0; n < document.Terms.Length; n++)
            if (document.Weights[n] > 0)
                foreach (var other in _postings[document.Terms[n]])
                    if (other != item)
                        similarities[other] = similarities.GetValueOrDefault(other) + document.Weights[n] * _documents[other].WeightOf(document.Terms[n]);
        return [.. similarities.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(mostNeighbours).Select(pair => (pair.Key, Math.Min(1, pair.Value)))];
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

    private sealed class Document(int[] terms, double[] frequencies)
    {
        public int[] Terms => terms;

        public double[] Weights { get; } = new double[terms.Length];

        public List<(int Item, double Similarity)> Neighbours { get; set; } = [];

        public double WeightOf(int term) => Array.BinarySearch(terms, term) is >= 0 and var at ? Weights[at] : 0;

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

        public void Admit(int item, double similarity, int most)
        {
            var at = Neighbours.FindIndex(other => other.Similarity < similarity);
            Neighbours.Insert(at < 0 ? Neighbours.Count : at, (item, similarity));
            if (Neighbours.Count > most)
                Neighbours.RemoveAt(most);
        }
    }
}

-- datasets.rows is kept with every row that is written, so that nobody counts a million rows to tell how many there are so far.
update datasets d set rows = (select count(*) from dataset_rows r where r.dataset_id = d.id) where not d.complete;
